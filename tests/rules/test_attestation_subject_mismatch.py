"""Evidence of another image, dressed up as this one's."""

from bot.attestations.statement import SLSA_V1
from bot.evidence import Unreadable
from bot.rules import Outcome, Severity
from bot.rules.attestation_subject_mismatch import rule
from tests.making import digest, image, is_silent, platform, says, statement


def test_statements_about_their_platform() -> None:
    is_silent(rule, image())


def test_a_statement_about_another_image() -> None:
    other = statement(subject_matches=False, subjects=(digest("another image"),))
    finding = says(rule, image(platform(statements=(other,))), Outcome.FAIL, SLSA_V1, digest("another image"))
    assert finding.severity is None


def test_two_platforms_with_each_others_statements() -> None:
    amd64 = platform(statements=(statement(subject_matches=False, subjects=(digest("linux/arm64"),)),))
    arm64 = platform("linux/arm64", statements=())
    says(rule, image(amd64, arm64), Outcome.FAIL, "linux/arm64", "swapped")


def test_a_statement_about_the_platform_that_is_attached_to_the_index() -> None:
    names = (digest("linux/amd64"), digest("linux/arm64"))
    near = platform(statements=(statement(subject_matches=False, subjects=names),))
    finding = says(rule, image(near, platform("linux/arm64")), Outcome.FAIL, "about linux/amd64", "attached to another")
    assert "swapped" not in finding.message


def test_an_empty_subject_list_is_low_and_says_so() -> None:
    empty = statement(subject_matches=None, subjects=())
    finding = says(rule, image(platform(statements=(empty,))), Outcome.FAIL, "empty subject list")
    assert finding.severity is Severity.LOW


def test_a_thousand_subjects_do_not_flood_the_finding() -> None:
    many = statement(subject_matches=False, subjects=tuple(digest(str(n)) for n in range(1000)))
    finding = says(rule, image(platform(statements=(many,))), Outcome.FAIL, "and 997 more")
    assert len(finding.message) < 500


def test_a_broken_statement_has_another_rule() -> None:
    is_silent(rule, image(platform(statements=(statement(subject_matches=None, problem="not JSON"),))))


def test_a_statement_that_could_not_be_read() -> None:
    unread = statement(subject_matches=None, unreadable=Unreadable("timed out"))
    says(rule, image(platform(statements=(unread,))), Outcome.UNKNOWN, "timed out")


def test_an_attestation_manifest_that_could_not_be_read() -> None:
    lost = Unreadable("the attestation manifest: 503")
    says(rule, image(platform(provenance=lost, sbom=lost, statements=())), Outcome.UNKNOWN, "503")
