import pytest

from bot.workflows.find import fixed_text, lint_text
from tests.workflows.looking import WORKFLOW, build, fixed, found, job, places

RULE = "workflow-unknown-input"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("provenence", "provenance"), ("sboms", "sbom"), ("platform", "platforms"), ("attest", "attests")],
)
def test_misspelt_inputs_get_their_name(wrong: str, right: str) -> None:
    text = job(build("push: true", f"{wrong}: x # why"))
    assert places(RULE, text) == [(10, "medium")]
    assert f"          {right}: x # why\n" in fixed(RULE, text)


def test_not_renamed_where_the_right_one_stands_too() -> None:
    assert [one.fixable for one in found(RULE, job(build("sbom: true", "sboms: true")))] == [False]


@pytest.mark.parametrize("name", ["target", "secrets", "context", "something-else", "PUSH", "cache-to"])
def test_known_ones_and_those_that_look_like_none_are_left_alone(name: str) -> None:
    assert not found(RULE, job(build(f"{name}: x")))


def test_inputs_that_the_version_does_not_have_yet() -> None:
    assert (
        len(found(RULE, job(build("provenance: mode=max", "sbom: true", uses="docker/build-push-action@v3.2.0")))) == 2
    )
    assert not found(RULE, job(build("provenance: mode=max", uses="docker/build-push-action@v3.3.0")))


def test_install_is_gone_from_setup_buildx() -> None:
    text = job("- uses: docker/setup-buildx-action@v4\n  with:\n    install: true # alias\n    version: latest\n")
    assert places(RULE, text) == [(8, "low")]
    assert places(RULE, text + "      - run: docker build -t a/b .\n") == [(8, "medium")]  # no buildx any more
    assert fixed(RULE, text) == text.replace("          install: true # alias\n", "")
    assert not found(RULE, text.replace("@v4", "@v3"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{ install: true, version: latest }", "{ version: latest }"),
        ("{ version: latest, install: 'true' }", "{ version: latest }"),
        ("{ version: latest, install: true, driver: docker }", "{ version: latest, driver: docker }"),
    ],
)
def test_install_is_taken_out_of_braces(before: str, after: str) -> None:
    text = job(f"- uses: docker/setup-buildx-action@v4\n  with: {before}\n")
    assert fixed(RULE, text) == text.replace(before, after)


@pytest.mark.parametrize(
    ("uses", "wrong", "right"),
    [
        ("docker/metadata-action@v5", "label", "labels"),
        ("docker/metadata-action@v5", "image", "images"),
        ("sigstore/cosign-installer@v3", "cosign-releases", "cosign-release"),
    ],
)
def test_other_actions_that_matter(uses: str, wrong: str, right: str) -> None:
    text = job(build(f"{wrong}: x", uses=uses))
    assert fixed(RULE, text) == text.replace(f"{wrong}: x", f"{right}: x")


def test_what_was_meant_is_judged_and_never_written_twice() -> None:
    text = job(build("pus: true", "provenence: mode=max", "sbom: true", "tags: quay.io/acme/app:1"))
    rules = {one.rule for one in lint_text(WORKFLOW, text)}
    assert rules == {RULE, "workflow-image-never-signed"}
    after = fixed_text(WORKFLOW, text, lint_text(WORKFLOW, text))
    assert after == text.replace("pus:", "push:").replace("provenence:", "provenance:")
