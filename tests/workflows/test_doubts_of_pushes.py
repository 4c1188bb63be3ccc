"""What happens to an image beside its build: pushed or not, attested and joined later."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.doubting import CI, MAKEFILE, NOT_EXPLICIT, SBOM, doubts, findings
from tests.workflows.looking import build, job, run


def test_a_command_that_may_push_and_may_not(tmp_path: Path) -> None:
    text = MAKEFILE.replace("--push", "--output=type=$(OUTPUT)")
    assert doubts(findings(tmp_path, {CI: job(run("make push")), "Makefile": text})) == {(Doubt.NOT_PUSHED,)}


@pytest.mark.parametrize(
    ("uses", "inputs"),
    [("acme/seal-action@v1", "private-key: a"), ("crashappsec/setup-chalk-action@main", "password: a")],
)
def test_an_action_that_has_a_key_may_sign(tmp_path: Path, uses: str, inputs: str) -> None:
    steps = f"- uses: {uses}\n  with: {{ {inputs} }}\n" + build("push: true", "provenance: false", "tags: a/b:1")
    found = findings(tmp_path, {CI: job(steps)})
    assert "workflow-image-never-signed" not in {one.rule for one in found}
    off = next(one for one in found if one.rule == "workflow-provenance-disabled")
    assert off.doubts == ((Doubt.ATTACHED_LATER,) if "chalk" in uses else ())


@pytest.mark.parametrize(
    ("uses", "inputs"),
    [("crazy-max/ghaction-import-gpg@v6", "gpg_private_key: a"), ("actions/setup-java@v5", "gpg-private-key: a")],
)
def test_a_gpg_key_signs_no_image(tmp_path: Path, uses: str, inputs: str) -> None:
    files = {CI: job(build("push: true", "tags: quay.io/acme/app:1"))}
    files[".github/workflows/jars.yml"] = job(f"- uses: {uses}\n  with: {{ {inputs} }}\n")
    assert "workflow-image-never-signed" in {one.rule for one in findings(tmp_path, files)}


def test_what_is_loaded_and_pushed_and_attested_afterwards(tmp_path: Path) -> None:
    setup = "- uses: docker/setup-buildx-action@v4\n"
    text = setup + build("load: true", "tags: quay.io/acme/app:1") + run("docker push quay.io/acme/app:1")
    attest = "- uses: actions/attest@v4\n  with: { subject-name: quay.io/acme/app, push-to-registry: true }\n"
    for steps, reasons in ((text, ()), (text + attest, (Doubt.ATTACHED_LATER,))):
        found = findings(tmp_path, {CI: job(steps)})
        assert [one.doubts for one in found if one.rule == "workflow-load-then-push"] == [reasons]


def test_an_image_that_docker_manifest_create_takes(tmp_path: Path) -> None:
    lines = [f"docker build -t a/app:{arch} . && docker push a/app:{arch}" for arch in ("amd64", "arm64")]
    text = job(run(*lines, "docker manifest create a/app:1 a/app:amd64 a/app:arm64", "docker manifest push a/app:1"))
    found = findings(tmp_path, {CI: text})
    assert {one.doubts for one in found if one.rule == NOT_EXPLICIT} == {(Doubt.JOINED,)}


def test_an_action_beside_the_build_attaches_what_the_build_does_not(tmp_path: Path) -> None:
    inside = "runs:\n  using: composite\n  steps:\n    - uses: {}\n      with: {{ {} }}\n".format
    files = {
        ".github/actions/build/action.yml": inside(
            "docker/build-push-action@v7", "push: true, provenance: false, tags: 'a/app:1'"
        ),
        ".github/actions/attest/action.yml": inside("actions/attest@v4", "subject-name: a/app, push-to-registry: true"),
        CI: job("- uses: ./.github/actions/build\n- uses: ./.github/actions/attest\n"),
    }
    found = findings(tmp_path, files)
    assert [one.doubts for one in found if one.rule == "workflow-provenance-disabled"] == [(Doubt.ATTACHED_LATER,)]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Makefile": "image:\n\tdocker build -t $(IMG) .\n\tdocker push $(IMG)\n"}, {(Doubt.NAME_UNKNOWN,)}),
        (
            {"Makefile": "image: build\n\tdocker push $(IMG)\nbuild:\n\tdocker build -t $(IMG) .\n"},
            {(Doubt.NAME_UNKNOWN,)},
        ),
        (
            {"Makefile": "IMG ?= app:1\nimage:\n\tdocker build -t ${IMG} .\n\tdocker push ${IMG}\n"},
            {(Doubt.NAME_UNKNOWN,)},
        ),
        (
            {"Makefile": "IMG = quay.io/acme/app:1\nimage:\n\tdocker build -t $(IMG) .\n\tdocker push $(IMG)\n"},
            {(Doubt.NAME_UNKNOWN,)},
        ),
        ({"Makefile": "image:\n\tdocker build -t $(IMG):1 .\n\tdocker push $(IMG):1\n"}, {()}),
    ],
)
def test_a_name_that_only_the_run_knows(
    tmp_path: Path, files: dict[str, str], expected: set[tuple[Doubt, ...]]
) -> None:
    told = findings(tmp_path, {**files, CI: job(run("make image IMG=quay.io/acme/app:1"))})
    assert doubts([one for one in told if one.rule == SBOM]) == expected


def test_a_name_that_the_makefile_says_and_ci_does_not_change(tmp_path: Path) -> None:
    text = "IMG = quay.io/acme/app:1\nimage:\n\tdocker build -t $(IMG) .\n\tdocker push $(IMG)\n"
    told = findings(tmp_path, {"Makefile": text, CI: job(run("make image TAG=1"))})
    assert doubts([one for one in told if one.rule == SBOM]) == {()}


def test_a_name_that_only_the_run_knows_and_another_that_is_pushed(tmp_path: Path) -> None:
    text = "image:\n\tdocker build -t $(IMG) .\n\tdocker push $(OTHER)\n"
    told = findings(tmp_path, {"Makefile": text, CI: job(run("make image"))})
    assert not [one for one in told if one.rule == SBOM]
