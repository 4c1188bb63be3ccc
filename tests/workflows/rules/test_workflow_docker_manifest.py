import pytest

from bot.workflows.doubts import SAID, Doubt
from bot.workflows.find import fixed_text, lint_text
from tests.workflows.looking import WORKFLOW, build, fixed, found, job, places, run

RULE = "workflow-docker-manifest"
CREATE = "docker manifest create quay.io/acme/app:1 quay.io/acme/app:1-amd64 quay.io/acme/app:1-arm64"
INSTEAD = "docker buildx imagetools create -t quay.io/acme/app:1 quay.io/acme/app:1-amd64 quay.io/acme/app:1-arm64"


def test_create_and_push_become_one_command() -> None:
    text = job(run(CREATE, "docker manifest push quay.io/acme/app:1", "echo done"))
    assert places(RULE, text) == [(7, "low")]
    assert fixed(RULE, text) == job(run(INSTEAD, "echo done"))


def test_amend_is_dropped() -> None:
    create = (
        "docker manifest create quay.io/acme/app:1 --amend quay.io/acme/app:1-amd64 --amend quay.io/acme/app:1-arm64"
    )
    assert INSTEAD in fixed(RULE, job(run(create, "docker manifest push --purge quay.io/acme/app:1", "true")))


def test_one_image_that_is_added_to_an_earlier_list_is_not_made_the_whole_list() -> None:
    """There, imagetools would put that one in the place of those that were there."""
    add = "docker manifest create --amend quay.io/acme/app:1 quay.io/acme/app:1-$ARCH"
    (one,) = found(RULE, job(run(add, "docker manifest push quay.io/acme/app:1")))
    assert not one.fixable
    (one,) = found(RULE, job(run(add.replace("--amend ", ""), "docker manifest push quay.io/acme/app:1")))
    assert one.fixable


@pytest.mark.parametrize(
    "lines",
    [
        (CREATE,),
        (CREATE, "docker manifest push quay.io/acme/other:1"),
        (CREATE, "docker manifest push quay.io/acme/app:1 && echo pushed"),
        (CREATE + " --insecure", "docker manifest push quay.io/acme/app:1", "true"),
        (
            CREATE,
            "docker manifest annotate quay.io/acme/app:1 x --arch arm64",
            "docker manifest push quay.io/acme/app:1",
            "true",
        ),
        (CREATE, CREATE, "docker manifest push quay.io/acme/app:1", "true"),
    ],
)
def test_said_but_not_mended_where_it_is_not_plain(lines: tuple[str, ...]) -> None:
    findings = found(RULE, job(run(*lines)))
    assert findings
    assert not any(one.fixable for one in findings)


def test_imagetools_and_inspect_are_fine() -> None:
    assert not found(RULE, job(run(INSTEAD, "docker manifest inspect quay.io/acme/app:1")))


def test_images_of_other_builders_have_nothing_to_lose() -> None:
    pushes = [f"docker push quay.io/acme/app:1-{arch}" for arch in ("amd64", "arm64")]
    assert not found(RULE, job(run("mvn spring-boot:build-image", *pushes, CREATE)))
    assert found(RULE, job(run("mvn spring-boot:build-image", pushes[0], CREATE)))
    assert found(RULE, job(run("docker build .", *pushes, CREATE)))


def test_turned_off_to_make_it_work_both_are_mended_or_none() -> None:
    off = [
        f"docker buildx build --provenance=false --sbom=true -t quay.io/acme/app:1-{arch} --push ."
        for arch in ("amd64", "arm64")
    ]
    push = "docker manifest push quay.io/acme/app:1"
    text = job(run(*off, CREATE, push, "true"))
    after = fixed_text(WORKFLOW, text, lint_text(WORKFLOW, text))
    assert after == job(run(*(one.replace("=false", "=mode=max") for one in off), INSTEAD, "true"))
    annotated = job(run(*off, CREATE, "docker manifest annotate quay.io/acme/app:1 x --arch arm64", push, "true"))
    findings = lint_text(WORKFLOW, annotated)
    assert {one.rule for one in findings} >= {RULE, "workflow-provenance-disabled"}
    assert fixed_text(WORKFLOW, annotated, findings) == annotated


@pytest.mark.parametrize(("before", "after"), [("    - echo done\n", ""), ("", "    - echo done\n")])
def test_items_of_a_list_become_one(before: str, after: str) -> None:
    push = "    - docker manifest push quay.io/acme/app:1\n"
    head = f"merge:\n  script:\n{before}    - "
    text = f"{head}{CREATE}\n{push}{after}"
    assert fixed(RULE, text, ".gitlab-ci.yml") == f"{head}{INSTEAD}\n{after}"
    alone = f"merge:\n  script:\n    - {CREATE}\n  after_script:\n{push}"
    assert [one.fixable for one in found(RULE, alone, ".gitlab-ci.yml")] == [False]


def test_marks_of_make_go_with_the_command() -> None:
    text = f"merge:\n\t{CREATE}\n\t-@docker manifest push quay.io/acme/app:1\n"
    assert fixed(RULE, text, "Makefile") == f"merge:\n\t{INSTEAD}\n"


@pytest.mark.parametrize(
    ("flags", "severity"),
    [
        (("--provenance=false", "--provenance=false"), "low"),
        (("--provenance=false", "--provenance=false --sbom=true"), "high"),
        (("--provenance=mode=max", "--provenance=false"), "high"),
        (("--provenance=false", ""), "low"),
    ],
)
def test_only_a_source_whose_build_asks_for_attestations_has_certainly_something_to_lose(
    flags: tuple[str, str], severity: str
) -> None:
    arches = zip(flags, ("amd64", "arm64"), strict=True)
    builds = [f"docker buildx build {flag} -t quay.io/acme/app:1-{arch} --push ." for flag, arch in arches]
    assert [one for _, one in places(RULE, job(run(*builds, CREATE)))] == [severity]


def test_the_reason_why_it_is_not_certain_is_said() -> None:
    bare = [
        f"docker buildx build --provenance=false -t quay.io/acme/app:1-{arch} --push ." for arch in ("amd64", "arm64")
    ]
    (one,) = found(RULE, job(run(*bare, CREATE)))
    assert one.doubts == (Doubt.SOURCES_BARE,)
    for unknown in ("docker build -t quay.io/acme/app:1-amd64 .", "make images", "goreleaser release"):
        (one,) = found(RULE, job(run(unknown, CREATE)))
        assert one.doubts == (Doubt.SOURCES_UNKNOWN,)
        assert SAID[Doubt.SOURCES_UNKNOWN] in one.message


def test_a_variable_may_hold_flags_that_the_other_command_does_not_have() -> None:
    create = "docker manifest create quay.io/acme/app:1 {}"
    text = job(run(create.format("$AMENDS"), "docker manifest push quay.io/acme/app:1"))
    assert [one.fixable for one in found(RULE, text)] == [False]
    named = job(run(create.format("quay.io/acme/app:$A"), "docker manifest push quay.io/acme/app:1"))
    assert [one.fixable for one in found(RULE, named)] == [True]


@pytest.mark.parametrize("listed", ["$LIST", "-a $LIST", "${{ steps.a.outputs.tag }}", "quay.io/acme/app:1"])
def test_the_first_image_behind_a_list_of_any_name_is_not_the_list(listed: str) -> None:
    pushed = build("push: true", "tags: quay.io/acme/app:1-amd64", "provenance: false")
    text = job(pushed + run(f"docker manifest create {listed} quay.io/acme/app:1-amd64 quay.io/acme/app:1-arm64"))
    if listed != "quay.io/acme/app:1":  # there, the command itself can be fixed
        assert [one.fixable for one in found("workflow-provenance-disabled", text)] == [False]
    assert "docker manifest create takes the image" in found("workflow-sbom-not-requested", text)[0].message
