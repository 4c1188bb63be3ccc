"""Files of every kind, read to the same words."""

from pathlib import Path

import pytest

from bot.errors import MalformedError
from bot.workflows.find import lint_text
from bot.workflows.readers import read_file
from bot.workflows.text import SourceText
from tests.workflows.looking import WORKFLOW

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "workflows"


def look(name: str, text: str | None = None) -> list[tuple[int, int, str]]:
    text = (FIXTURES / name).read_text() if text is None else text
    return [(one.line, one.column, one.rule.removeprefix("workflow-")) for one in lint_text(name, text)]


def test_a_gitlab_pipeline_with_anchors_and_references() -> None:
    assert look("gitlab-ci.yml") == [
        (14, 7, "provenance-not-explicit"),
        (14, 7, "sbom-not-requested"),
        (18, 41, "sign-tag"),
    ]


def test_a_bake_file() -> None:
    assert look("docker-bake.hcl") == [
        (12, 8, "provenance-not-explicit"),
        (12, 8, "sbom-not-requested"),
        (14, 8, "sbom-not-requested"),
        (18, 5, "provenance-min"),
    ]
    assert look("docker-bake.json") == [
        (3, 3, "provenance-not-explicit"),
        (3, 3, "sbom-not-requested"),
        (7, 3, "provenance-not-explicit"),
        (7, 3, "sbom-not-requested"),
    ]


def test_a_compose_file() -> None:
    assert look("compose.yaml") == [
        (2, 3, "provenance-not-explicit"),
        (2, 3, "sbom-not-requested"),
        (10, 38, "provenance-disabled"),
        (11, 3, "provenance-not-explicit"),
        (11, 3, "sbom-not-requested"),
    ]


def test_a_makefile_with_variables_and_continuations() -> None:
    assert look("Makefile") == [(8, 2, "provenance-not-explicit"), (8, 2, "sbom-not-requested")]


def test_makefile_defaults_that_anybody_may_change_are_holes() -> None:
    build = "a:\n\tdocker buildx build --provenance=$(P) --sbom=true --push .\n"
    assert look("Makefile", "P ?= false\n" + build) == []
    assert look("Makefile", "P := false\n" + build) == [(3, 22, "provenance-disabled")]


def test_a_shell_script() -> None:
    assert look("promote.sh") == [(4, 3, "copy-loses-attestations")]


def test_a_composite_action() -> None:
    step = "    - uses: docker/build-push-action@v7\n      with:\n        push: true\n"
    text = "runs:\n  using: composite\n  steps:\n" + step
    assert [rule for *_, rule in look("action.yml", text)] == ["provenance-not-explicit", "sbom-not-requested"]


def test_of_scripts_in_other_languages_only_the_push_is_told() -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n      - shell: python\n        run: docker push x/y\n"
    assert look("ci.yml", text) == [(6, 14, "built-elsewhere")]


def test_environment_of_workflow_job_and_step_is_filled_in() -> None:
    text = """\
on: push
env: { IMAGE: quay.io/acme/app }
jobs:
  a:
    env: { TAG: '1' }
    steps:
      - uses: docker/setup-buildx-action@v4
      - run: docker buildx build --load -t $IMAGE:$TAG .
      - env: { T: '${{ env.TAG }}' }
        run: docker push ${IMAGE}:${T}
"""
    assert (8, 14, "load-then-push") in look("ci.yml", text)
    literal = text.replace("${IMAGE}:${T}", "quay.io/acme/app:1")
    assert (8, 14, "load-then-push") in look("ci.yml", literal)
    changed = literal.replace("    steps:\n", "    steps:\n      - run: echo TAG=2 >> $GITHUB_ENV\n")
    assert not [rule for *_, rule in look("ci.yml", changed) if rule == "load-then-push"]


@pytest.mark.parametrize(
    ("where", "shell"),
    [
        ("defaults: { run: { shell: pwsh } }\n", ""),
        ("", "defaults: { run: { shell: 'python {0}' } }\n    "),
        ("", "runs-on: windows-latest\n    "),
    ],
)
def test_what_is_no_shell_of_ours_by_default(where: str, shell: str) -> None:
    text = f"on: push\n{where}jobs:\n  a:\n    {shell}steps:\n      - run: docker push x/y\n"
    assert [rule for *_, rule in look("ci.yml", text)] == ["built-elsewhere"]
    read = text.replace("- run", "- shell: /usr/bin/bash -e {0}\n        run")
    assert {rule for *_, rule in look("ci.yml", read)} == {"built-elsewhere", "image-never-signed"}


def test_a_script_that_we_do_not_read_may_sign() -> None:
    push = "      - run: docker push x/y\n"
    text = f"on: push\njobs:\n  a:\n    steps:\n{push}      - shell: pwsh\n        run: cosign sign x/y\n"
    assert "image-never-signed" not in {rule for *_, rule in look("ci.yml", text)}
    assert "image-never-signed" in {rule for *_, rule in look("ci.yml", text.replace("cosign sign", "echo"))}


@pytest.mark.parametrize("name", [WORKFLOW, "action.yml"])
def test_a_key_that_stands_twice_makes_github_refuse_the_file(name: str) -> None:
    steps = "steps:\n{0}- uses: docker/build-push-action@v7\n{0}  with: {{ push: true, {1} }}\n"
    head = "runs:\n  using: composite\n  " if name == "action.yml" else "on: push\njobs:\n  a:\n    runs-on: x\n    "
    text = head + steps.format("    " if name == "action.yml" else "      ", "provenance: mode=max, provenance: false")
    with pytest.raises(MalformedError, match=r":\d+:\d+: the key 'provenance' is there twice, which GitHub refuses$"):
        read_file(SourceText(name, text))
    assert read_file(SourceText(name, text.replace(", provenance: false", ""))).jobs


def test_of_two_jobs_of_one_name_gitlab_runs_the_last_one() -> None:
    text = "image:\n  script: [docker buildx build --push -t a/b .]\nimage:\n  script: [make test]\n"
    assert not [one for job in read_file(SourceText(".gitlab-ci.yml", text)).jobs for one in job.operations]
