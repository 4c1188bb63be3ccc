"""Contradictions within a statement, between two, and between a statement and its annotation."""

from bot.attestations.provenance import Mode
from bot.attestations.statement import SLSA_V02, SLSA_V1, SPDX
from bot.context import Context
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_inconsistent import rule
from tests.making import digest, image, is_silent, platform, provenance, reported, says, statement

GITHUB = "https://actions.github.io/buildtypes/workflow/v1"


def test_one_statement_that_agrees_with_itself() -> None:
    is_silent(rule, image())


def test_what_the_statement_itself_gives_away() -> None:
    odd = provenance(Mode.MIN, inconsistencies=("layers stand in a min statement",))
    says(rule, image(platform(provenance=odd)), Outcome.FAIL, "layers stand in a min statement")


def test_the_same_statement_twice_is_no_contradiction() -> None:
    is_silent(rule, image(platform(provenances=(provenance(), provenance()))))


def test_two_builds_of_one_platform() -> None:
    two = (provenance(Mode.MAX), provenance(Mode.MIN))
    says(rule, image(platform(provenance=two[1], provenances=two)), Outcome.FAIL, "mode", "max", "min")


def test_a_statement_that_is_repeated_often_hides_no_other_one() -> None:
    """Ten of them were compared, and whoever wrote the eleventh was not heard."""
    many = (*(provenance() for _ in range(40)), provenance(source="https://github.com/evil/app"))
    says(rule, image(platform(provenances=many)), Outcome.FAIL, "source", "evil")


def test_more_different_statements_than_are_compared() -> None:
    many = tuple(provenance(build_type=f"https://ci.example/{number}") for number in range(40))
    says(rule, image(platform(provenances=many)), Outcome.UNKNOWN, "40 provenance statements differ")
    is_silent(rule, image(platform(provenances=many[:20])))


def test_two_builds_told_in_two_versions_of_slsa() -> None:
    old = provenance(Mode.MIN, slsa="v0.2", build_type="https://mobyproject.org/buildkit@v1", builder_id="somebody")
    evidence = image(platform(provenance=old, provenances=(provenance(Mode.MAX), old)))
    told = " ".join(finding.message for finding in rule.findings(Context(evidence)))
    assert "disagree on the mode" in told
    assert "disagree on the builder" in told


def test_two_builders_speak_in_their_own_terms() -> None:
    two = (provenance(), provenance(Mode.FOREIGN, build_type=GITHUB, builder_id="https://github.com/actions/runner"))
    is_silent(rule, image(platform(provenances=two)))


def test_two_builders_on_one_source_at_two_commits() -> None:
    two = (provenance(), provenance(Mode.FOREIGN, build_type=GITHUB, revision="f" * 40))
    says(rule, image(platform(provenances=two)), Outcome.FAIL, "revision", "f" * 40)


def test_an_annotation_that_names_another_predicate() -> None:
    odd = statement(SLSA_V1, annotated_type=SLSA_V02)
    says(rule, image(platform(statements=(odd, statement(SPDX)))), Outcome.FAIL, SLSA_V02, SLSA_V1)


def test_a_lying_annotation_is_told_where_there_is_no_provenance() -> None:
    """A layer that calls itself SLSA and holds an SBOM: nobody switched provenance off there."""
    lie = image(platform(provenance=None, statements=(statement(SPDX, annotated_type=SLSA_V1),)))
    report = reported(lie)
    (told,) = [result for result in report.results if result.rule == rule.id]
    assert told.outcome is Outcome.FAIL
    (missing,) = [result for result in report.results if result.rule == "provenance-missing"]
    assert missing.outcome is Outcome.FAIL
    assert "provenance-disabled" not in {cause.cause for cause in missing.causes}


def test_buildx_goes_by_the_annotation() -> None:
    bare = statement(annotated_type="")
    says(rule, image(platform(statements=(bare,))), Outcome.FAIL, "in-toto.io/predicate-type", "buildx does not see")


def test_what_was_attached_later_has_other_annotations() -> None:
    is_silent(rule, image(platform(statements=(statement(annotated_type="", manifest=digest("referrer")),))))


def test_a_broken_statement_has_another_rule() -> None:
    is_silent(rule, image(platform(statements=(statement(SPDX, annotated_type=SLSA_V1, problem="not JSON"),))))


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN, "timed out")
    partly = image(unreadable=(Unreadable("nested too deep"),))
    says(rule, partly, Outcome.UNKNOWN, "nested too deep", about="image")
