"""Actions of other repositories, and commands of tools that are not read, which seem to publish an image."""

from pathlib import Path

import pytest

from bot.workflows.project import Project
from tests.growth import LINEAR_MAX, growth
from tests.workflows.looking import build, found, job, run
from tests.workflows.test_project import put

RULE = "workflow-built-elsewhere"
CI = ".github/workflows/ci.yml"
LOGIN = "- uses: docker/login-action@v4\n"


def told(root: Path, files: dict[str, str]) -> list[tuple[str, int, str]]:
    """File, line and message."""
    every = (one for file in Project(put(root, files)).lint([root]) for one in file.findings)
    return [(one.file, one.line, one.message) for one in every if one.rule == RULE]


@pytest.mark.parametrize(
    "uses",
    [
        "acme/actions/container-build@v1",
        "acme/actions/publish-image@v1",
        "acme/actions/apko-snapshot@main",
        "acme/shared/.github/actions/build/push-containers@main",
        "acme/build-push-to-ecr@v1",
    ],
)
def test_an_action_of_another_repository_that_makes_images(uses: str) -> None:
    (one,) = found(RULE, job(f"- uses: {uses}\n- uses: {uses}\n"))
    name = uses.partition("@")[0]
    assert (one.line, one.severity.value) == (6, "info")
    assert one.message == f"the action {name} was not read: it is not one of the files here"


@pytest.mark.parametrize(
    "uses",
    [
        "docker/setup-buildx-action@v4",
        "acme/scan-image-build@v1",
        "acme/docker-build-cache-config-action@v1",
        "crazy-max/ghaction-docker-buildx@v1",
        "acme/setup-docker-build@v1",
        "acme/container-retention-policy@v1",
        "acme/dockerhub-description@v4",
        "acme/image-optimizer@v1",
        "acme/build-and-push@v1",
        "./.github/actions/build-image",
    ],
)
def test_actions_that_only_look_so(uses: str) -> None:
    assert not found(RULE, job(f"- uses: {uses}\n"))


def test_an_action_for_pull_requests_or_tests_publishes_nothing() -> None:
    step = "- uses: acme/publish-image@v1\n"
    assert found(RULE, job(step))
    assert not found(RULE, job(step + "  if: github.event_name == 'pull_request'\n"))
    assert not found(RULE, job(step).replace("  image:", "  e2e-tests:"))


def test_a_repository_that_uses_its_own_action_at_a_version(tmp_path: Path) -> None:
    files = {
        CI: job("- uses: acme/shared/publish-image@v1\n"),
        ".git/config": '[remote "origin"]\n\turl = git@github.com:Acme/shared\n',
    }
    assert not told(tmp_path, files)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("bashbrew push app", "bashbrew push"),
        ("nix run .#push-images -- acme/app", "nix … .#push-images"),
        ("nix run .#image.copyToDockerRegistry", "nix … .#image.copyToDockerRegistry"),
        ("nix run .#promote-images", "nix … .#promote-images"),
        ("bazel run --stamp //cmd/app:app_container_push", "bazel … //cmd/app:app_container_push"),
        (".ci/run just build-and-push-images a", ".ci/run … build-and-push-images"),
        ("sudo -E just push", "just push"),
        ("if true; then task docker:push; fi", "task docker:push"),
        ("dagger call publish --tag 1", "dagger … publish"),
        ("apko publish a.yaml quay.io/acme/app:1", "apko publish"),
        ("./gradlew publishImage", "./gradlew publishImage"),
        ("./gradlew --no-daemon dockerUpload -Pversion=1", "./gradlew … dockerUpload"),
        ("chartpress --push --publish-chart", "chartpress --push"),
        ("python3 build.py --push-docker", "python3 … --push-docker"),
        ("${{ matrix.build_cmd }} --push", "${{ matrix.build_cmd }} --push"),
        ("az acr build --image app:1 --registry acme .", "az acr build"),
        ("gcloud builds submit --tag gcr.io/acme/app", "gcloud builds submit"),
        (
            "buildctl build --output type=image,name=quay.io/acme/app,push=true",
            "buildctl build --output type=image,name=quay.io/acme/app,push=true",
        ),
        ("skaffold build", "skaffold build"),
        ("(cd scripts/pusher && ./pusher images.json quay.io/acme/app)", "./pusher"),
        ("bundle exec rake docker:push:stable", "rake docker:push:stable"),
        ("exec_process ./gradlew -Dcontainer-image.push=true", "./gradlew -Dcontainer-image.push=true"),
        ("${{ matrix.docker }} image push quay.io/acme/app:1", "${{ matrix.docker }} … push"),
        ("${{ matrix.run }} python ci/push_images.py", "${{ matrix.run }} … ci/push_images.py"),
    ],
)
def test_a_command_that_may_push_an_image_is_not_read(command: str, what: str) -> None:
    (one,) = found(RULE, job(LOGIN + run(command)))
    assert (one.line, one.severity.value) == (8, "info")
    assert one.message == f"{what} may push an image, and what it does was not read"


@pytest.mark.parametrize(
    "command",
    [
        "git push origin main",
        "npm publish",
        "./gradlew publish",
        "cargo publish",
        "just build",
        "just push --dry-run",
        "./gradlew assemble -Dquarkus.container-image.push=false",
        "skaffold build --push=false",
        "echo just push",
        "cp push/a b",
        "./release.sh push",
        'if [ "${{ github.event_name }}" == "push" ]; then just build; fi',
        "just build ${{ github.event_name == 'push' }}",
        "docker buildx du --filter type=push",
        "gcloud builds list",
        "./cr index --push",
        "$DOCKER container rm -f acme-publish_image-1",
        "$COMPOSE --project-name site --file docker/docker-compose-publish.yml up --build",
        "just --justfile ci/push-image.just build",
        "${DOCKER_RUN} volume rm publish_image",
    ],
)
def test_commands_that_push_something_else_or_are_read(command: str) -> None:
    assert not found(RULE, job(LOGIN + run(command)))


def test_what_does_not_say_that_it_is_an_image_counts_where_the_job_logs_in() -> None:
    assert found(RULE, job(run("docker login ghcr.io", "just push")))
    assert found(RULE, job(run("just push", env="GHCR_TOKEN: a")))
    assert found(RULE, job(run("just push-image")))
    assert not found(RULE, job(run("just push")))
    assert not found(RULE, job(run("just push")) + "  other:\n    runs-on: ubuntu-latest\n    steps:\n      " + LOGIN)


def test_a_command_of_a_make_target_that_ci_runs(tmp_path: Path) -> None:
    files = {
        "Makefile": "push:\n\tbazel run //:push_image\nother:\n\tbazel run //:push_image\n",
        CI: job(run("make push")),
    }
    assert told(tmp_path, files) == [
        ("Makefile", 2, "bazel … //:push_image may push an image, and what it does was not read")
    ]
    assert not told(tmp_path, {**files, CI: job(run("make all"))})


def test_a_script_without_an_ending_is_read_as_what_it_is(tmp_path: Path) -> None:
    script = "#!/usr/bin/env bash\ndocker buildx build --push --provenance=false -t quay.io/acme/app:1 .\n"
    files = {"scripts/publish-image": script, CI: job(LOGIN + run("./scripts/publish-image"))}
    assert not told(tmp_path, files)
    found = {
        (file.name, one.rule, one.severity.value)
        for file in Project(tmp_path).lint([tmp_path])
        for one in file.findings
    }
    assert ("scripts/publish-image", "workflow-provenance-disabled", "high") in found
    put(tmp_path, {CI: job(LOGIN + run("make publish-image"))})  # a target of that name, not the script
    found = {
        (file.name, one.rule, one.severity.value)
        for file in Project(tmp_path).lint([tmp_path])
        for one in file.findings
    }
    assert ("scripts/publish-image", "workflow-provenance-disabled", "low") in found
    put(
        tmp_path,
        {"scripts/publish-image": script.replace("bash", "python3"), CI: job(LOGIN + run("./scripts/publish-image"))},
    )
    assert [line for _, line, _ in told(tmp_path, {})] == [8]


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("Jenkinsfile", "node {\n  sh 'docker push quay.io/acme/app:1'\n}\n", "docker push"),
        ("ci/release.jenkinsfile", "node {\n  def image = docker.build('a')\n  image.push('1')\n}\n", "image.push("),
        ("Earthfile", "VERSION 0.8\nimage:\n    SAVE IMAGE --push quay.io/acme/app:1\n", "SAVE IMAGE --push"),
        (".drone.star", 'def main(ctx):\n  return {"image": "plugins/docker"}\n', "plugins/docker"),
        (".drone.jsonnet", "{ image: 'acme/drone-kaniko:1' }\n", "acme/drone-kaniko"),
        ("Jenkinsfile", "sh 'docker buildx build \\\n -t a/b \\\n --push .'\n", "buildx build -t a/b --push"),
        ("Jenkinsfile", f"sh 'docker buildx build {'--pull ' * 9}\\\n  --push .'\n", "buildx … --push"),
        ("justfile", "push:\n    #!/usr/bin/env python3\n    sh('skopeo copy a b')\n", "skopeo copy"),
        ("justfile", 'set shell := ["pwsh", "-c"]\npush:\n    docker push quay.io/acme/app\n', "docker push"),
        ("Taskfile.yml", "tasks: { push: '{{if .CI}}docker push a/b{{end}}' }\n", "docker push"),
        ("{{name}}/Taskfile.yml", "{% if x %}\ntasks: {push: [docker push a/b]}\n", "docker push"),
    ],
)
def test_a_file_of_another_language_that_pushes_an_image(tmp_path: Path, name: str, text: str, what: str) -> None:
    ((file, line, message),) = told(tmp_path, {name: text, CI: job(run("true"))})
    assert (file, message) == (name, f"the file seems to push an image ({what}), and is not read")
    assert what.partition(" ")[0] in text.splitlines()[line - 1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jenkinsfile", "// docker push a\n# docker push a\nsh 'git push'\nsh 'docker build --push=false .'\n"),
        ("Earthfile", "SAVE IMAGE a\nRUN --push git push\n"),
        (".drone.star", '# "image": "plugins/docker"\n{"image": "plugins/docker-hub-readme"}\n'),
        ("justfile", "build:\n\tdocker build .\n"),
        ("justfile", "build:\n\tko build --bare --local ./cmd/app\n\tko build -L .\n\tko build --push=false .\n"),
        ("Jenkinsfile", "sh 'docker push a'\n" + "x" * 3_000_000),
        ("tests/Jenkinsfile", "sh 'docker push a'\n"),
    ],
)
def test_such_files_that_push_none(tmp_path: Path, name: str, text: str) -> None:
    files = {name: text, CI: job(run("true"))}
    assert not told(tmp_path, files)
    assert not [file for file in Project(tmp_path).lint([tmp_path]) if file.trouble]


@pytest.mark.parametrize("unit", ["buildx ", "SAVE IMAGE ", " --push=false", "image", "docker "])
def test_a_long_line_takes_no_more_than_its_length(unit: str) -> None:
    assert growth(lambda size: found(RULE, unit * size + "\ndocker push a\n", "Jenkinsfile"), 4_000) < LINEAR_MAX


def test_what_is_built_beside_it_is_judged_as_before() -> None:
    push = build("push: true", "tags: quay.io/acme/app:1", "provenance: false")
    assert found("workflow-provenance-disabled", job(push + run("just push-image")))
    assert found("workflow-image-never-signed", job(push + run("just push-image")))
    assert not found("workflow-image-never-signed", job(push + run("just push-and-sign-image")))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("docker buildx build --push $FLAGS -t quay.io/acme/app:1 .", True),
        ("docker buildx build $FLAGS -t quay.io/acme/app:1 .", True),
        ("docker build $FLAGS -t quay.io/acme/app:1 .", False),
        ("docker buildx build --push --provenance=mode=max $FLAGS -t quay.io/acme/app:1 .", False),
        ("docker buildx build --push -t quay.io/acme/app:1 .", False),
        ("docker buildx build --load $FLAGS -t localhost:5000/app:1 .", False),
        ("docker buildx build --push $FLAGS -t quay.io/acme/app-test:1 .", False),
    ],
)
def test_flags_that_only_the_run_knows_are_told(command: str, *, said: bool) -> None:
    text = "docker buildx build in image takes flags that only the run knows: what it asks for was not read"
    assert [one.message for one in found(RULE, job(run(command)))] == ([text] if said else [])


def test_a_release_whose_configuration_is_not_there(tmp_path: Path) -> None:
    step = "- uses: goreleaser/goreleaser-action@v6\n  with: {{ args: '{}' }}\n"
    files = {CI: job(step.format("release --clean"))}
    text = "what GoReleaser publishes was not read: its configuration is not among the files here"
    assert told(tmp_path, files) == [(CI, 6, text)]
    assert not told(tmp_path, {CI: job(step.format("release --snapshot"))})
    assert not told(tmp_path, {**files, ".goreleaser.yml": "builds:\n  - main: ./cmd/app\n"})


def test_a_make_that_a_target_runs_is_read_by_its_targets(tmp_path: Path) -> None:
    files = {"Makefile": "push:\n\t$(MAKE) push-image\npush-image:\n\ttrue\n", CI: job(run("make push"))}
    assert not told(tmp_path, files)


@pytest.mark.parametrize(
    ("name", "recipe", "command"),
    [
        ("justfile", "push:\n    #!/usr/bin/env python3\n    sh('docker push a/b')\n", "just push"),
        ("Taskfile.yml", "tasks:\n  push:\n    cmds:\n      - '{{if .CI}}docker push a/b{{end}}'\n", "task push"),
    ],
)
def test_one_push_is_told_once(tmp_path: Path, name: str, recipe: str, command: str) -> None:
    files = {CI: job(LOGIN + run(command)), name: recipe}
    assert [file for file, _, _ in told(tmp_path, files)] == [name]


@pytest.mark.parametrize(
    ("name", "recipe", "command"),
    [
        ("justfile", "push: image\nimage:\n    {}\n", "just push"),
        ("Taskfile.yml", "version: 3\ntasks:\n  push: {{ deps: [image] }}\n  image: {}\n", "task push"),
    ],
)
def test_a_task_is_read_unless_it_runs_what_is_not(tmp_path: Path, name: str, recipe: str, command: str) -> None:
    files = {CI: job(LOGIN + run(command)), name: recipe.format("docker push a/b")}
    assert not told(tmp_path, files)
    assert [file for file, _, _ in told(tmp_path, {name: recipe.format("./push a/b")})] == [CI]
    assert [file for file, _, _ in told(tmp_path, {CI: job(LOGIN + run(command + "-other"))})] == [CI]
