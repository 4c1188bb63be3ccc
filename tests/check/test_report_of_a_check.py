"""What a report holds: bounded, without secrets, and also of an image that nobody could look at."""

from datetime import timedelta

import pytest

from bot.check import unchecked
from bot.check.ask import FINDINGS_MAX, MESSAGE_MAX
from bot.check.summary import NAMES_MAX
from bot.errors import (
    DeniedError,
    ForbiddenAddressError,
    NotFoundError,
    RateLimitedError,
    RegistryError,
    UnavailableError,
)
from bot.evidence import NotAsked
from bot.policy import default_policy
from bot.report import Verdict
from bot.rules import Finding, Outcome, catalogue
from tests.judging import judged, made, requiring, result
from tests.making import IMAGE, NOW, image, platform, provenance, reported, statement


def test_names_from_outside_are_bounded_and_never_secrets() -> None:
    token = "ghp_" + "a1B2" * 9
    names = (token, "x" * 5_000, *(f"ARG_{number}" for number in range(1_000)))
    said = provenance(build_args=names, base_images=names, secret_ids=names, started_on=token)
    report = judged(image(platform(provenance=said)))
    assert token not in report.model_dump_json()
    told = report.platforms[0].provenance
    for listed in (told.build_args, told.base_images, told.secret_ids):
        assert len(listed) == NAMES_MAX + 1
        assert listed[-1] == f"(and {1_002 - NAMES_MAX} more)"
        assert max(map(len, listed)) < 400


def test_a_secret_is_withheld_wherever_it_comes_from() -> None:
    token = "ghp_" + "a1B2" * 9
    odd = statement(f"https://me:{token}@x.org/provenance/", subject_matches=False, subjects=(token,))
    evidence = image(platform(provenance=None, statements=(odd,)), notes=(f"seen: {token}",))
    report = judged(evidence)
    assert "withheld" in report.model_dump_json()
    assert token not in report.model_dump_json()


def test_the_cure_names_the_image() -> None:
    cure = result(judged(image(platform(provenance=None))), "provenance-missing").remediation
    assert cure is not None
    assert "tags: quay.io/acme/app:1.2.3" in cure.snippet
    assert "IMAGE" not in cure.snippet + cure.verify


def test_where_the_provenance_stood_and_where_the_sbom_did() -> None:
    summary = judged(image(platform(where="referrer", sbom_where="cosign-tag"))).platforms[0]
    assert (summary.provenance.where, summary.sbom.where) == ("referrer", "cosign-tag")


def test_a_configuration_that_was_left_alone_is_said() -> None:
    report = judged(image(platform(config=NotAsked("switched off"))))
    assert any("switched off" in note for note in report.notes)


def test_a_flood_of_findings_is_cut() -> None:
    rule = made("a_rule", *(Finding(Outcome.FAIL, f"linux/{n}", "x" * 10_000) for n in range(500)))
    findings = reported(image(), requiring(rule), now=NOW, rules=[rule]).results[0].findings
    assert len(findings) == FINDINGS_MAX + 1
    assert "450 more" in findings[-1].message
    assert max(len(finding.message) for finding in findings) <= MESSAGE_MAX


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotFoundError("no such tag", host="quay.io"), "not found"),
        (DeniedError("401", host="quay.io"), "not public"),
        (UnavailableError("timed out", host="quay.io", tried=4), "4 times"),
        (ForbiddenAddressError("a private address", host="10.0.0.1"), "Nobody was asked"),
        (RateLimitedError("429", host="docker.io", retry_at=NOW + timedelta(hours=1)), "2026-11-22 15:03:11 UTC"),
    ],
)
def test_an_image_that_could_not_be_looked_at(error: RegistryError, words: str) -> None:
    report = unchecked(IMAGE, error, default_policy(), now=NOW)
    assert report.verdict is Verdict.UNKNOWN
    assert {each.outcome for each in report.results} == {Outcome.UNKNOWN}
    assert [each.rule for each in report.results] == [rule.id for rule in catalogue()]
    assert words in " ".join(report.notes)
