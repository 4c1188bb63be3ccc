from pathlib import Path

import pytest

from bot.workflows.project import Project
from tests.workflows.looking import found, job, places, run
from tests.workflows.test_project import put

RULE = "workflow-built-elsewhere"
OTHER = "acme/shared/.github/workflows/release.yml@v1"


def calling(uses: str, more: str = "", name: str = "release", on: str = "push") -> str:
    return f"on: {on}\njobs:\n  {name}:\n    uses: {uses}\n{more}"


@pytest.mark.parametrize(
    ("uses", "more", "name"),
    [
        (OTHER, "    permissions: { packages: write }\n", "release"),
        (OTHER, "    with: { image: quay.io/acme/app }\n", "release"),
        (OTHER, "    with: { docker-file: Dockerfile, registry_user: x }\n", "release"),
        (OTHER, "    secrets:\n      docker_token: ${{ secrets.TOKEN }}\n", "release"),
        (OTHER, "", "docker"),
        (OTHER, "    name: Publish container\n", "release"),
        ("acme/shared/.github/workflows/build-image.yml@main", "", "release"),
        ("acme/shared/.github/workflows/docker/build.yaml@main", "", "release"),
    ],
)
def test_a_call_that_has_to_do_with_images(uses: str, more: str, name: str) -> None:
    assert places(RULE, calling(uses, more, name)) == [(4, "info")]
    (finding,) = found(RULE, calling(uses, more, name))
    assert finding.message == f"{uses} was not read: it is not one of the files here"


@pytest.mark.parametrize(
    ("uses", "more", "on"),
    [
        (OTHER, "", "push"),
        ("acme/shared/.github/workflows/trivy-scan.yml@v1", "    with: { image: quay.io/acme/app }\n", "push"),
        (OTHER, "    name: Test images\n", "push"),
        ("acme/shared/.github/workflows/check.yml@v1", "    with: { build_image: golang }\n", "push"),
        (OTHER, "    with: { go-version: 1.25, imagine: that }\n", "push"),
        (OTHER, "    permissions: { contents: write, packages: read }\n", "push"),
        (OTHER, "    permissions: write-all\n", "push"),
        (OTHER, "    with: { image: quay.io/acme/app }\n", "pull_request"),
        (OTHER, "    with: { image: quay.io/acme/app }\n    if: github.event_name == 'pull_request'\n", "push"),
        ("./.github/workflows/image.yml", "    with: { image: quay.io/acme/app }\n", "push"),
        ("docker/github-builder/.github/workflows/build.yml@v1", "    with: { push: true }\n", "push"),
        (
            "slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@v2.1.0",
            "    with: { image: quay.io/acme/app }\n",
            "push",
        ),
    ],
)
def test_others(uses: str, more: str, on: str) -> None:
    assert not found(RULE, calling(uses, more, on=on))


def test_a_repository_that_calls_itself_at_a_version(tmp_path: Path) -> None:
    text = calling("acme/shared/.github/workflows/image.yml@v1")
    files = {".github/workflows/ci.yml": text, ".git/config": '[remote "origin"]\n\turl = git@github.com:Acme/shared\n'}
    assert [one for file in Project(put(tmp_path, files)).lint([tmp_path]) for one in file.findings] == []


@pytest.mark.parametrize(
    ("script", "shell", "what"),
    [
        ("docker push quay.io/acme/app:1", "pwsh", "docker push in pwsh"),
        ("& docker image push quay.io/acme/app:1", "powershell", "docker push in powershell"),
        ("subprocess.run(['podman', 'push', 'quay.io/acme/app:1'])", "python {0}", "podman push in python"),
        ("# docker push quay.io/acme/app:1", "pwsh", ""),
        ("docker build .\n      git push", "pwsh", ""),
    ],
)
def test_a_script_in_another_language(script: str, shell: str, what: str) -> None:
    login = "- uses: docker/login-action@v3\n"
    text = job(f"{login}- shell: {shell}\n  run: |\n    {script}\n")
    assert [one.message.partition(" may")[0] for one in found(RULE, text)] == ([what] if what else [])


@pytest.mark.parametrize(
    ("include", "is_told"),
    [
        ("component: $CI_SERVER_FQDN/components/docker/build@1.0", True),
        ("component: gitlab.com/to-be-continuous/docker/gitlab-ci-docker@5", True),
        ("component: $CI_SERVER_FQDN/acme/ci/build-container@~latest", True),
        ("template: Jobs/Build.gitlab-ci.yml", True),
        ("{ project: acme/ci, file: /docker-push.yml }", True),
        ("component: gitlab.com/components/container-scanning/container-scanning@1.0", False),
        ("component: gitlab.com/components/go/build@1.0", False),
        ("template: Jobs/SAST.gitlab-ci.yml", False),
        ("local: /docker/build.yml", False),
    ],
)
def test_what_a_gitlab_pipeline_takes_in_from_elsewhere(include: str, is_told: bool) -> None:  # noqa: FBT001 - of a table
    text = f"include:\n  - {include}\ntest:\n  script: [make]\n"
    assert bool(found(RULE, text, ".gitlab-ci.yml")) is is_told


@pytest.mark.parametrize(
    ("command", "is_told"),
    [
        ('"$(BUILDER)" push quay.io/acme/app:1', True),
        ("$(BUILDER) image push quay.io/acme/app:1", True),
        ("$(BUILDER) push docker://quay.io/acme/app:$(TAG)", True),
        ("$(BUILDER) push origin main", False),
        ("$(BUILDER) push git@github.com:acme/app", False),
        ("$(BUILDER) push https://github.com/acme/app", False),
    ],
)
def test_a_program_in_a_variable_that_pushes_an_image(command: str, is_told: bool) -> None:  # noqa: FBT001 - of a table
    assert bool(found(RULE, f"release:\n\t{command}\n", "Makefile")) is is_told


@pytest.mark.parametrize(
    ("uses", "is_told"),
    [
        ("acme/actions/make-ko-publish@v1", True),
        ("acme/build-buildah@v1", True),
        ("acme/setup-ko@v1", False),
        ("acme/kotlin-publish@v1", False),
    ],
)
def test_an_action_named_after_a_builder_of_images(uses: str, is_told: bool) -> None:  # noqa: FBT001 - of a table
    assert bool(found(RULE, job(f"- uses: {uses}\n"))) is is_told


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        (("make image-$KIND", "docker push quay.io/acme/app:1"), True),
        (("bash build.sh", "buildah push app docker://quay.io/acme/app:1"), True),
        (("docker load -i app.tar", "docker tag app quay.io/acme/app:1", "docker push quay.io/acme/app:1"), True),
        (("docker build -t quay.io/acme/app:1 .", "docker push quay.io/acme/app:1"), False),
        (("docker pull quay.io/acme/base:1", "docker push quay.io/acme/app:1"), False),
        (("docker manifest push quay.io/acme/app:1",), False),
        (("helm push app.tgz oci://quay.io/acme",), False),
    ],
)
def test_an_image_that_is_pushed_and_that_no_build_was_found_of(lines: tuple[str, ...], is_told: bool) -> None:  # noqa: FBT001 - of a table
    told = [one.message for one in found(RULE, job(run(*lines)))]
    assert told == ["quay.io/acme/app:1 is pushed from here, and what builds it was not found"] * is_told


def test_a_build_in_another_job_of_the_file_may_be_what_is_pushed() -> None:
    text = job(run("docker load -i app.tar", "docker push quay.io/acme/app:1"))
    other = "  other:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t app .\n"
    assert found(RULE, text)
    assert not found(RULE, text + other)
