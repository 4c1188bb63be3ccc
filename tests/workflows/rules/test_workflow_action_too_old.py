import pytest

from bot.workflows.find import lint_text
from bot.workflows.versions import AS_OF
from tests.workflows.looking import WORKFLOW, build, fixed, found, job, places

RULE = "workflow-action-too-old"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("docker/build-push-action@v4.0.0", "docker/build-push-action@v7.3.0"),
        ("docker/build-push-action@v5.2.0", "docker/build-push-action@v7.3.0"),
        ("docker/build-push-action@v5.2", None),
        ("docker/build-push-action@v4", "docker/build-push-action@v7"),
        ("docker/build-push-action@v3.3.1", "docker/build-push-action@v7.3.0"),
        ("docker/build-push-action@v2", "docker/build-push-action@v7"),
        ("docker/build-push-action@v5", None),
        ("docker/build-push-action@v5.3.0", None),
        ("docker/build-push-action@master", None),
        ("docker/build-push-action@${{ inputs.v }}", None),
        ("docker/bake-action@v4.2.0", "docker/bake-action@v6.10.0"),
        ("docker/bake-action@v6.10.0", None),
        ('"docker/build-push-action@v4.1.1"', '"docker/build-push-action@v7.3.0"'),
    ],
)
def test_versions_with_silent_provenance(old: str, new: str | None) -> None:
    text = job(build("push: true", uses=old))
    assert bool(found(RULE, text)) is (new is not None)
    if new:
        assert fixed(RULE, text) == text.replace(old, new)
        assert AS_OF in found(RULE, text)[0].message


def test_harmless_while_the_mode_is_said() -> None:
    text = job(build("push: true", "provenance: mode=max", uses="docker/build-push-action@v5.1.0"))
    assert places(RULE, text) == [(6, "info")]


def test_a_commit_has_its_version_in_the_comment_and_is_not_replaced() -> None:
    text = job(build("push: true", uses=f"docker/build-push-action@{'b' * 40} # v4.0.0"))
    (one,) = found(RULE, text)
    assert "by its comment" in one.message
    assert not one.fixable
    assert not found(RULE, job(build("push: true", uses=f"docker/build-push-action@{'b' * 40}")))


def test_bake_before_6_10_overrides_the_file() -> None:
    assert places(RULE, job(build("push: true", uses="docker/bake-action@v5.0.0"))) == [(6, "medium")]
    assert not found(RULE, job(build("push: true", "provenance: mode=max", uses="docker/bake-action@v5.0.0")))


def test_a_buildx_of_its_time_is_read_by_the_old_action() -> None:
    step = build("push: true", uses="docker/build-push-action@v4.0.0")
    buildx = "- uses: docker/setup-buildx-action@v3\n  with: { version: VERSION }\n"
    assert not found(RULE, job(buildx.replace("VERSION", "v0.12.1") + step))
    assert found(RULE, job(buildx.replace("VERSION", "v0.13.0") + step))
    assert found(RULE, job(buildx.replace("VERSION", "latest") + step))


def test_a_comment_with_a_major_version_alone_is_no_evidence() -> None:
    assert not found(RULE, job(build("push: true", uses=f"docker/build-push-action@{'b' * 40} # v2")))
    assert found(RULE, job(build("push: true", uses=f"docker/build-push-action@{'b' * 40} # v2.1")))


def test_provenance_that_is_attached_later_makes_it_mild() -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1", uses="docker/build-push-action@v3"))
    attest = "      - uses: actions/attest@v4\n        with: { subject-name: quay.io/acme/app, subject-digest: a }\n"
    assert [one.severity.value for one in found(RULE, text)] == ["high"]
    assert [one.severity.value for one in found(RULE, text + attest)] == ["low"]


def test_version_1_is_another_program() -> None:
    inputs = ("repository: acme/app", "registry: quay.io", "tag_with_ref: true")
    found_ = lint_text(WORKFLOW, job(build(*inputs, uses="docker/build-push-action@v1")))
    told = {(one.rule.removeprefix("workflow-"), one.severity.value, one.fixable) for one in found_}
    assert told == {("action-too-old", "low", False), ("image-never-signed", "low", False)}
