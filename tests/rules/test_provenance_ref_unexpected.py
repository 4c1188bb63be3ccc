"""A release tag and the Git ref that it was built from."""

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.context import Expected
from bot.evidence import Evidence, Unreadable
from bot.oci.reference import Reference
from bot.rules import Outcome
from bot.rules.provenance_ref_unexpected import rule
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.making import image, is_silent, platform, provenance, says

RELEASE = Expected(is_release=True)


def built(tag: str, ref: str) -> Evidence:
    return image(platform(provenance=provenance(ref=ref)), image=Reference.parse(f"quay.io/acme/app:{tag}"))


def test_only_asked_of_releases() -> None:
    assert not rule.asked(Expected())
    assert rule.asked(RELEASE)


@pytest.mark.parametrize(
    ("tag", "ref"),
    [
        ("1.2.3", "refs/tags/1.2.3"),
        ("1.2.3", "refs/tags/v1.2.3"),
        ("v1.2.3", "refs/tags/1.2.3"),
        ("1.2.3-native", "refs/tags/1.2.3"),
        ("1.2.3-ubi9-minimal", "refs/tags/1.2.3-ubi9-minimal"),
        ("1.2.3", "refs/tags/app/v1.2.3"),
        ("1.2.3", "refs/tags/app@1.2.3"),
        ("1.2.3", "tags/v1.2.3"),
        ("1.2.3", ""),  # a local build records none
    ],
)
def test_the_tag_of_that_name(tag: str, ref: str) -> None:
    is_silent(rule, built(tag, ref), expected=RELEASE)


@pytest.mark.parametrize(
    ("tag", "ref"),
    [
        ("1.2.3", "refs/heads/main"),
        ("1.2.3", "refs/tags/1.2.4"),
        ("1.2.30", "refs/tags/1.2.3"),
        ("1.2.3-rc1", "refs/tags/1.2.3"),
        ("1.2.3-fix-1", "refs/tags/1.2.3"),
        ("1.2.3", "refs/tags/1.2.3-rc1"),
        ("1.2.3", "refs/tags/"),
        ("1.2.3", "refs/pull/7/merge"),
        ("1.2.3", "refs/heads/1.2.3"),
        ("1.2.3", "refs/changes/1.2.3"),
        ("1.2.3", "heads/1.2.3"),
        ("1.2.3", "main"),
        ("1.2.3", "v1.2.4"),
    ],
)
def test_something_else(tag: str, ref: str) -> None:
    says(rule, built(tag, ref), Outcome.FAIL, tag, ref, expected=RELEASE)


@pytest.mark.parametrize("ref", ["1.2.3", "v1.2.3", "app/v1.2.3"])
def test_a_name_that_may_be_the_tag_or_a_branch(ref: str) -> None:
    """`docker buildx build https://github.com/acme/app#v1.2.3` takes either, and records what was asked."""
    finding = says(rule, built("1.2.3", ref), Outcome.UNKNOWN, ref, "a branch", expected=RELEASE)
    assert finding.reason is UnknownReason.AMBIGUOUS


def test_a_branch_that_the_second_of_two_statements_names() -> None:
    """The first of two in one mode decided, and anybody can put one before the other."""
    good, other = provenance(ref="refs/tags/1.2.3"), provenance(ref="refs/heads/main")
    says(rule, twice(good, other), Outcome.FAIL, "refs/heads/main", expected=RELEASE)
    is_silent(rule, twice(good, replace(other, mode=Mode.FOREIGN)), expected=RELEASE)


def twice(first: Provenance, second: Provenance) -> Evidence:
    told = platform(provenance=first, provenances=(first, second))
    return image(told, image=Reference.parse("quay.io/acme/app:1.2.3"))


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN, expected=RELEASE)


@pytest.mark.parametrize(
    ("tag", "ref", "is_fine"),
    [
        ("1.2.3", "refs/tags/app/v1.2.3", True),
        ("1.2.3-native", "refs/tags/app/1.2.3", True),
        ("1.2.3", "refs/tags/1.2.3", False),
        ("1.2.3", "refs/tags/other/app/v1.2.3", False),
        ("1.2.3", "refs/tags/app/v1.2.4", False),
    ],
)
def test_the_policy_says_how_the_git_tag_is_written(tag: str, ref: str, *, is_fine: bool) -> None:
    expected = replace(RELEASE, git_tag="^app/v?(?P<version>.+)$")
    if is_fine:
        is_silent(rule, built(tag, ref), expected=expected)
    else:
        says(rule, built(tag, ref), Outcome.FAIL, tag, ref, expected=expected)
