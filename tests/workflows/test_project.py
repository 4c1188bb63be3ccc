"""Files on disk: which ones are looked at, and what they use."""

from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.workflows.project import Project
from tests.workflows.looking import build, job, run

SIGNING = "runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: cosign sign quay.io/acme/app@$D\n"
BUILD = build("push: true", "provenance: mode=max", "sbom: true", "tags: quay.io/acme/app:1")


def put(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def look(root: Path, *paths: str) -> dict[str, set[str]]:
    """Rules by file."""
    found = Project(root).lint([root / path for path in paths or (".",)])
    return {file.name: {one.rule for one in file.findings} for file in found}


def test_a_folder_means_its_ci_files(tmp_path: Path) -> None:
    root = put(
        tmp_path,
        {
            ".github/workflows/ci.yml": job(BUILD),
            ".github/workflows/README.md": "no",
            ".github/actions/sign/action.yml": SIGNING,
            "docker-bake.hcl": 'target "a" { tags = ["x/a"] }',
            "deploy/compose.prod.yaml": "services: {}\n",
            ".gitlab-ci.yml": "a:\n  script: [docker push x/y]\n",
            "Makefile": "a:\n\tdocker push x/y\n",
            "Makefile.common": "a:\n\tdocker push x/y\n",
            "Makefile.am": "bin_PROGRAMS = a\n",
            "values.yaml": "a: b\n",
            "node_modules/x/Makefile": "a:\n",
            ".git/hooks/x.sh": "docker push x/y\n",
            ".gitlab/agents/a/config.yaml": "no: pipeline\n",
        },
    )
    assert set(look(root)) == {
        ".github/workflows/ci.yml",
        ".github/actions/sign/action.yml",
        "docker-bake.hcl",
        "deploy/compose.prod.yaml",
        ".gitlab-ci.yml",
        "Makefile",
        "Makefile.common",
    }


def test_what_a_workflow_uses_is_looked_at_too_and_once(tmp_path: Path) -> None:
    caller = (
        "on: push\njobs:\n  a:\n    uses: ./.github/workflows/build.yml\n  b:\n    uses: ./.github/workflows/gone.yml\n"
    )
    root = put(tmp_path, {".github/workflows/ci.yml": caller, ".github/workflows/build.yml": job(BUILD)})
    assert set(look(root, ".github/workflows/ci.yml")) == {".github/workflows/ci.yml", ".github/workflows/build.yml"}
    assert len(look(root)) == 2


def test_a_used_action_signs(tmp_path: Path) -> None:
    text = job(BUILD + "- uses: ./.github/actions/sign\n")
    name = ".github/workflows/ci.yml"
    root = put(tmp_path, {name: text, ".github/actions/sign/action.yml": SIGNING})
    assert "workflow-image-never-signed" not in look(root)[name]
    put(root, {".github/actions/sign/action.yml": SIGNING.replace("cosign sign", "echo")})
    assert "workflow-image-never-signed" in look(root)[name]


@pytest.mark.parametrize("path", ["./a\\0b.yml", "./a\\ud800.yml", f"./{'a' * 5000}.yml", f"./{'a/' * 3000}a.yml"])
def test_paths_that_no_file_can_have_are_not_followed(tmp_path: Path, path: str) -> None:
    files = {
        ".github/workflows/ci.yml": job(BUILD + f'- uses: "{path}"\n'),
        ".github/workflows/call.yml": f'on: push\njobs:\n  a:\n    uses: "{path}"\n',
        "Taskfile.yml": f'version: 3\nincludes: {{a: "{path}"}}\ntasks: {{a: docker push quay.io/acme/app:1}}\n',
        ".gitlab-ci.yml": f'include: {{local: "{path}"}}\na: {{script: [docker push quay.io/acme/app:1]}}\n',
    }
    assert look(put(tmp_path, files)).keys() == files.keys()


def test_nothing_outside_of_the_repository_is_followed(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "outside.yml": job(BUILD),
            "repo/.github/workflows/ci.yml": "on: push\njobs:\n  a:\n    uses: ./../outside.yml\n",
        },
    )
    (tmp_path / "repo/.github/workflows/link.yml").symlink_to(tmp_path / "outside.yml")
    put(tmp_path, {"repo/.github/workflows/two.yml": "on: push\njobs:\n  a:\n    uses: ./.github/workflows/link.yml\n"})
    assert set(look(tmp_path / "repo")) == {".github/workflows/ci.yml", ".github/workflows/two.yml"}


def test_a_workflow_that_passes_provenance_speaks_for_the_bake_files(tmp_path: Path) -> None:
    bake = 'target "a" {\n  tags = ["quay.io/acme/a:1"]\n}\n'
    root = put(tmp_path, {"docker-bake.hcl": bake, ".github/workflows/ci.yml": job(run("docker buildx bake --push"))})
    assert "workflow-provenance-not-explicit" in look(root)["docker-bake.hcl"]
    put(root, {".github/workflows/ci.yml": job(run("docker buildx bake --provenance=mode=max --sbom=true --push"))})
    assert not look(root)["docker-bake.hcl"]


def test_a_file_that_cannot_be_read_is_said_to_be(tmp_path: Path) -> None:
    root = put(tmp_path, {".github/workflows/bad.yml": "a: [", ".github/workflows/good.yml": job(BUILD)})
    (root / ".github/workflows/latin.yml").write_bytes(b"\xe4: b")
    troubles = {file.name: file.trouble for file in Project(root).lint([root])}
    assert "not YAML" in troubles[".github/workflows/bad.yml"]
    assert "not UTF-8" in troubles[".github/workflows/latin.yml"]
    assert not troubles[".github/workflows/good.yml"]


@pytest.mark.parametrize("path", ["nothing", "empty"])
def test_where_there_is_nothing_to_look_at_it_is_wrong_usage(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        look(tmp_path, path)


@pytest.mark.parametrize("name", ["app.docker-bake.json", "images/core.bake.hcl", "docker-bake.override.hcl"])
def test_bake_files_have_many_names(tmp_path: Path, name: str) -> None:
    text = '{"target": {"a": {"tags": ["x/a"]}}}' if name.endswith("json") else 'target "a" { tags = ["x/a"] }'
    assert name in look(put(tmp_path, {name: text}))


def test_a_bake_file_of_variables_alone_is_read(tmp_path: Path) -> None:
    root = put(tmp_path, {"docker-bake.override.json": '{"variable": {"TAG": {"default": "1"}}}'})
    assert [(file.name, file.trouble) for file in Project(root).lint([root])] == [("docker-bake.override.json", "")]
    put(root, {"docker-bake.override.json": '{"anything": {}}'})
    assert [bool(file.trouble) for file in Project(root).lint([root])] == [True]


@pytest.mark.parametrize("name", ["internal/templates/makefile.go", "Makefile.tmpl", "Dockerfile_test.go"])
def test_a_program_that_writes_such_a_file_is_not_one(tmp_path: Path, name: str) -> None:
    files = {name: "push:\n\tdocker buildx build --push -t a/b .\nFROM a\nRUN rm -rf /var/lib/rpm\n"}
    assert name not in look(put(tmp_path, files | {".github/workflows/ci.yml": job(run("true"))}))


@pytest.mark.parametrize(
    "include",
    ["ci/images.yml", "[{local: /ci/images.yml}, {local: ci/variables.yml}]", "{local: ci/images.yml}"],
)
def test_what_a_pipeline_of_gitlab_includes_from_its_repository(tmp_path: Path, include: str) -> None:
    push = "image:\n  script: [docker buildx build --push -t quay.io/acme/app:1 .]\n"
    files = {
        ".gitlab-ci.yml": f"include: {include}\n",
        "ci/images.yml": push,
        "ci/variables.yml": "variables: {A: b}\n",
        "ci/other.yml": push,
    }
    root = put(tmp_path, files)
    found = {file.name: file.trouble for file in Project(root).lint([root]) if file.findings or file.trouble}
    assert found == {"ci/images.yml": ""}
    put(tmp_path, {".gitlab-ci.yml": "include: [https://example.org/ci/images.yml, 'ci/$A.yml', {project: acme/ci}]\n"})
    assert not [file for file in Project(root).lint([root]) if file.findings]
