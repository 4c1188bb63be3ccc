"""Which failures one change fixes."""

import pytest

from bot.attestations.provenance import Mode
from bot.context import SameTag
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.render.fixes import fix_key, image_fixes
from bot.report import Report
from bot.values import replace
from tests.making import digest, image, platform, provenance, reported
from tests.render.test_patches import mended, patch, told


def keys(report: Report, rule: str) -> set[str]:
    return {fix_key(report, result) for result in report.failing() if result.rule == rule}


def named(name: str, *platforms: str) -> Report:
    """An image in which everything is missing."""
    there = (platform(one, provenance=None, sbom=None) for one in platforms or ("linux/amd64",))
    return reported(image(*there, signatures=(), image=Reference.parse(name)))


OTHERS = [
    ("docker.io/acme/app:1.2.3", ("linux/amd64",)),
    ("quay.io/acme/other:2", ("linux/amd64",)),
    ("ghcr.io/acme/app:1.2.3", ("linux/amd64",)),  # its snippet logs in with the job's own token
    ("registry.gitlab.com/acme/app:1.2.3", ("linux/amd64",)),
    ("quay.io/acme/app:1.2.3", ("linux/amd64", "linux/arm64")),
    (f"quay.io/acme/app:1.2.3@sha256:{'1' * 64}", ("linux/amd64",)),
]


@pytest.mark.parametrize("rule", ["signature-missing", "sbom-missing", "provenance-missing"])
@pytest.mark.parametrize(("name", "platforms"), OTHERS)
def test_names_registries_and_platforms_make_no_second_fix(rule: str, name: str, platforms: tuple[str, ...]) -> None:
    one, other = named("quay.io/acme/app:1.2.3"), named(name, *platforms)
    assert keys(one, rule) == keys(other, rule) != set()


def test_digests_that_tags_stood_for_make_no_second_fix() -> None:
    """Two images of a release whose tags were moved: each is put back to a digest of its own."""

    def moved(name: str, first: str) -> Report:
        return reported(image(image=Reference.parse(name)), moved_from=digest(first))

    one, other = moved("quay.io/acme/app:1.2.3", "one"), moved("quay.io/acme/worker:1.2.3", "two")
    assert keys(one, "tag-moved") == keys(other, "tag-moved") != set()


def test_two_registries_that_differ_have_one_fix() -> None:
    """Each names the other one in what is to be pasted."""
    here, there = (image(image=Reference.parse(f"{host}/acme/app:1"), digest=digest(host)) for host in ("a.io", "b.io"))
    policy = replace(default_policy(), require=frozenset({"tag-registries-differ"}))
    one, other = (
        reported(own, policy, same_tag=(SameTag(sister.image, sister),))
        for own, sister in ((here, there), (there, here))
    )
    assert keys(one, "tag-registries-differ") == keys(other, "tag-registries-differ") != set()


def test_one_step_that_asks_for_both_fixes_both() -> None:
    report = reported(image(platform(provenance=provenance(Mode.MIN), sbom=None)))
    assert [[result.rule for result in fix.results] for fix in image_fixes(report)] == [
        ["sbom-missing", "provenance-mode-min"]
    ]


def test_what_is_only_advised_comes_last() -> None:
    fixes = image_fixes(named("quay.io/acme/app:1.2.3"))
    assert [fix.is_required for fix in fixes] == sorted((fix.is_required for fix in fixes), reverse=True)


def test_one_diff_fixes_all_that_one_file_causes() -> None:
    one = mended(patch("--- one\n"))
    other = mended(patch("--- other\n")).model_copy(update={"rule": "sbom-missing"})
    both = patch("--- both\n")
    report = told(one).model_copy(update={"results": (one, other), "patches": (both,)})
    (fix,) = image_fixes(report)
    assert fix.advice.snippet == both.diff
    assert fix.advice.language == "diff"
