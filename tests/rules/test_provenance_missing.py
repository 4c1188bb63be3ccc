"""What was looked for everywhere is missing; what could not be looked at is unknown."""

from bot.attestations.statement import SPDX
from bot.evidence import MissingBlob, Unreadable
from bot.rules import Outcome, catalogue
from bot.rules.provenance_missing import rule
from bot.unreadable import MissingKind, gone
from bot.values import replace
from tests.making import digest, image, is_silent, platform, says, statement


def test_provenance_on_every_platform() -> None:
    is_silent(rule, image())


def test_no_provenance_on_one_platform() -> None:
    evidence = image(platform(), platform("linux/arm64", provenance=None, statements=()))
    says(rule, evidence, Outcome.FAIL, "no provenance statement", about="linux/arm64")


def test_only_an_sbom() -> None:
    says(rule, image(platform(provenance=None, statements=(statement(SPDX),))), Outcome.FAIL, f"only {SPDX}")


def test_a_broken_or_foreign_statement_is_said_to_stand_in_its_place() -> None:
    broken = platform(provenance=None, statements=(statement(problem="not JSON"),))
    says(rule, image(broken), Outcome.FAIL, "not an in-toto statement")
    near = platform(provenance=None, statements=(statement(subject_matches=False),))
    says(rule, image(near), Outcome.FAIL, "attached to another digest")
    foreign = platform(provenance=None, statements=(statement(subject_matches=False, subjects=(digest("x"),)),))
    says(rule, image(foreign), Outcome.FAIL, "about another image")


def test_a_statement_without_a_subject_is_not_called_something_else() -> None:
    nameless = platform(provenance=None, statements=(statement(subject_matches=None, subjects=()), statement(SPDX)))
    found = says(rule, image(nameless), Outcome.FAIL, "does not say what it is about")
    assert "only" not in found.message


def test_provenance_that_could_not_be_read_is_not_missing() -> None:
    says(rule, image(platform(provenance=Unreadable("quay.io did not answer"))), Outcome.UNKNOWN, "did not answer")


def test_referrers_that_could_not_be_searched_may_hold_it() -> None:
    evidence = image(platform(provenance=None), signatures_unreadable=(Unreadable("the referrers of the index"),))
    says(rule, evidence, Outcome.UNKNOWN, "the referrers of the index")


def test_a_part_of_the_index_that_could_not_be_read() -> None:
    evidence = image(unreadable=(Unreadable("an index in an index in an index"),))
    says(rule, evidence, Outcome.UNKNOWN, "index in an index", about="image")


def test_nothing_that_runs_is_nothing_that_passes() -> None:
    says(rule, image(platforms=()), Outcome.UNKNOWN, "no platform", about="image")


def test_named_but_gone_is_missing_not_unknown() -> None:
    lost = statement(subject_matches=None)
    away = gone(f"attestation {lost.digest}", lost.digest)
    evidence = image(
        platform(provenance=away, statements=(replace(lost, unreadable=away),)),
        missing=(MissingBlob(lost.digest, lost.manifest, MissingKind.ATTESTATION, "linux/amd64"),),
    )
    says(rule, evidence, Outcome.FAIL, "404")
    for other in ("provenance-secret-exposed", "provenance-private-data", "attestation-malformed"):
        is_silent(next(each for each in catalogue() if each.id == other), evidence)
