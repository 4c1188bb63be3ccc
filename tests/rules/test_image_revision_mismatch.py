"""One image, two commits."""

import pytest

from bot.attestations.provenance import Provenance
from bot.attestations.repository import REVISION_LABEL
from bot.evidence import Evidence, GitTag, Unreadable
from bot.rules import Outcome
from bot.rules.image_revision_mismatch import rule
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.making import COMMIT, config, image, is_silent, platform, provenance, says

OTHER = "f" * 40


def labelled(label: str, said: Provenance | None = None) -> Evidence:
    return image(platform(config=config(labels=((REVISION_LABEL, label),)), provenance=said or provenance()))


@pytest.mark.parametrize("label", [COMMIT, COMMIT[:7], COMMIT.upper(), f"{COMMIT}-dirty", "", "${GITHUB_SHA}"])
def test_the_same_commit_or_none(label: str) -> None:
    is_silent(rule, labelled(label))


@pytest.mark.parametrize("label", [OTHER, OTHER[:7], "main", COMMIT[:6]])
def test_another_commit(label: str) -> None:
    says(rule, labelled(label), Outcome.FAIL, label, COMMIT)


def test_the_name_of_the_ref_is_the_commit() -> None:
    is_silent(rule, labelled("1.2.3", provenance(ref="refs/tags/1.2.3")))


def test_the_id_of_an_annotated_tag_is_not_another_commit() -> None:
    """BuildKit names it for a build from such a tag, and the label names the commit."""
    tag = "e" * 40
    evidence = labelled(COMMIT, provenance(revision=tag, ref="refs/tags/1.2.3", source_from="configSource"))
    said = says(rule, evidence, Outcome.UNKNOWN, COMMIT, tag, "annotated Git tag")
    assert said.reason is UnknownReason.AMBIGUOUS
    known = GitTag("https://github.com/acme/app", ("1.2.3",), (("1.2.3", COMMIT),))
    is_silent(rule, replace(evidence, git_tag=replace(known, objects=((tag, COMMIT),))))
    says(rule, replace(evidence, git_tag=replace(known, objects=((tag, OTHER),))), Outcome.FAIL, COMMIT, tag)
    says(rule, replace(evidence, git_tag=replace(known, commits=(("1.2.3", tag),))), Outcome.FAIL, COMMIT, tag)


@pytest.mark.parametrize("place", ["github", "labels", ""])
def test_a_weak_revision_proves_nothing(place: str) -> None:
    is_silent(rule, labelled(OTHER, provenance(source_from=place)))


def test_provenance_without_a_revision() -> None:
    is_silent(rule, labelled(OTHER, provenance(revision="")))


def test_a_label_that_looks_like_a_secret_is_withheld() -> None:
    token = "npm_" + "a1B2" * 9
    assert token[:10] not in says(rule, labelled(token), Outcome.FAIL, "withheld").message


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN)
    says(rule, image(platform(config=Unreadable("no answer"))), Outcome.UNKNOWN, "no answer")
