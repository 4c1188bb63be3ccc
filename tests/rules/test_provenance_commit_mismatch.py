"""The commit that the provenance names, and the one that the version's Git tag names."""

from typing import Any

import pytest

from bot.evidence import Evidence, GitTag, NotAsked, Unreadable
from bot.policy import default_policy
from bot.rules import Outcome, SkippedReason
from bot.rules.provenance_commit_mismatch import rule
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.making import COMMIT, image, is_silent, platform, provenance, reported, says

OTHER = "f" * 40
APP = GitTag("https://github.com/acme/app", ("v1.2.3", "1.2.3"))


def tagged(*commits: tuple[str, str], **built: Any) -> Evidence:  # noqa: ANN401 - of the provenance
    return image(platform(provenance=provenance(**built)), git_tag=replace(APP, commits=commits))


def test_another_commit() -> None:
    said = says(rule, tagged(("v1.2.3", OTHER)), Outcome.FAIL, COMMIT[:12], "v1.2.3 names ffffffffffff", "acme/app")
    assert said.severity is None


@pytest.mark.parametrize("revision", [COMMIT, COMMIT.upper(), COMMIT[:12], f"{COMMIT}-dirty"])
def test_the_same_commit(revision: str) -> None:
    is_silent(rule, tagged(("v1.2.3", COMMIT), revision=revision))
    is_silent(rule, tagged(("v1.2.3", COMMIT), ("1.2.3", COMMIT), revision=revision))


def test_two_git_tags_for_one_version() -> None:
    """Whoever may push tags that nobody protects could else make the one that fits."""
    said = says(rule, tagged(("v1.2.3", OTHER), ("1.2.3", COMMIT)), Outcome.UNKNOWN, "v1.2.3 names", "git_tag")
    assert said.reason is UnknownReason.AMBIGUOUS
    says(rule, tagged(("v1.2.3", OTHER), ("1.2.3", "e" * 40)), Outcome.FAIL, "v1.2.3 names", "1.2.3 names")


def test_a_git_tag_of_another_spelling_that_names_the_commit() -> None:
    told = replace(APP, commits=(("v1.2.3", OTHER),), others=(("app/v1.2.3", COMMIT), ("web/v1.2.3", "e" * 40)))
    said = says(rule, image(git_tag=told), Outcome.UNKNOWN, "Git tag app/v1.2.3", "v1.2.3 names", "`git_tag`")
    assert said.reason is UnknownReason.AMBIGUOUS
    is_silent(rule, image(git_tag=replace(told, commits=(("v1.2.3", COMMIT),), others=())))


def test_a_git_tag_that_is_not_there() -> None:
    says(rule, tagged(), Outcome.SKIPPED, "acme/app has no Git tag v1.2.3 or 1.2.3", about="image")


def test_no_code_host() -> None:
    assert says(rule, image(), Outcome.SKIPPED, about="image").skipped is SkippedReason.NO_CODE_HOST
    says(rule, image(git_tag=NotAsked("nightly does not name a version")), Outcome.SKIPPED, "nightly", about="image")


def test_unreadable() -> None:
    late = Unreadable("the rate limit lasts until 14:00", UnknownReason.CODE_HOST, passing=True)
    says(rule, image(git_tag=late), Outcome.UNKNOWN, "rate limit", about="image")
    told = image(platform(provenance=Unreadable("timed out")), git_tag=replace(APP, commits=(("1.2.3", COMMIT),)))
    says(rule, told, Outcome.UNKNOWN, "timed out")


def test_a_source_that_was_not_asked() -> None:
    says(rule, tagged(("1.2.3", OTHER), source="https://github.com/acme/fork"), Outcome.UNKNOWN, "acme/fork")
    is_silent(rule, tagged(("1.2.3", COMMIT), source="https://github.com/Acme/App"))


@pytest.mark.parametrize(("place", "word"), [("labels", "a label"), ("github", "the workflow file")])
def test_a_commit_that_need_not_be_that_of_the_sources(place: str, word: str) -> None:
    """A label may be the base image's, and a workflow on main may build a tag."""
    says(rule, tagged(("1.2.3", OTHER), source_from=place), Outcome.SKIPPED, word)
    says(rule, tagged(("1.2.3", OTHER), is_revision_labelled=True), Outcome.SKIPPED, "a label")


def test_a_revision_that_is_not_a_commit() -> None:
    says(rule, tagged(("1.2.3", OTHER), revision="v1.2.3"), Outcome.UNKNOWN, "v1.2.3", "not a commit id")


def test_a_second_statement_of_buildkit_does_not_hide_behind_the_first() -> None:
    good, other = provenance(), provenance(revision=OTHER)
    told = platform(provenance=good, provenances=(good, other))
    says(rule, image(told, git_tag=replace(APP, commits=(("1.2.3", COMMIT),))), Outcome.FAIL, "ffffffffffff")


def test_the_built_in_policy_advises_it_and_unknown_changes_nothing() -> None:
    assert rule.id in default_policy().advise
    plain, late = image(), Unreadable("GitHub's rate limit", UnknownReason.CODE_HOST, passing=True)
    assert reported(replace(plain, git_tag=late)).verdict == reported(plain).verdict == "pass"
    assert reported(tagged(("1.2.3", OTHER))).verdict == "warn"
