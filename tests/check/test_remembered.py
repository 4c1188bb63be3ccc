"""A baseline out of memory judges as one that was just looked at, and never as less: what was unread stays unread."""

from collections.abc import Iterator

import pytest

from bot.check import unchecked
from bot.check.remembered import remembered
from bot.context import Context, Phase
from bot.errors import UnavailableError
from bot.evidence import Evidence, PlatformEvidence
from bot.policy import default_policy
from bot.report import Report
from bot.rules import Finding, Outcome, Rule, catalogue
from tests.making import NOW, digest, image, platform, provenance, reported, sbom, signature
from tests.rules.earlier import BARE, EARLIER, REFUSED, TWOFOLD, earlier

UNSIGNED = image(BARE, signatures=())
COMPARING = [rule for rule in catalogue() if rule.id.endswith(("-lost", "-changed"))]
CHANGED = image(
    platform(provenance=provenance(builder_id="https://ci.other.example/7", source="https://git.example/a"))
)


def told(findings: Iterator[Finding]) -> list[tuple[Outcome, str]]:
    return [(finding.outcome, finding.subject) for finding in findings]


@pytest.mark.parametrize("now", [UNSIGNED, CHANGED, image()])
@pytest.mark.parametrize(
    "before",
    [
        earlier(),
        earlier(platform(where="referrer", sbom_where="cosign-tag")),
        earlier(signatures=()),
        earlier(BARE),
        earlier(platform(provenance=REFUSED, sbom=REFUSED)),
        earlier(BARE, signatures=(), signatures_unreadable=(REFUSED,)),
        earlier(BARE, signatures=(), code_host_unreadable=(REFUSED,)),
        earlier(BARE, signatures=(), signatures_searched=False),
        earlier(BARE, unreadable=(REFUSED,)),
        earlier(BARE, signatures=(), ambiguous=TWOFOLD),
        earlier(platform(), signatures=(signature(digest=digest("attestation manifest")),)),
        earlier(platform(provenance=provenance(source="https://github.com/base/image", source_from="labels"))),
    ],
)
@pytest.mark.parametrize("rule", COMPARING, ids=lambda rule: rule.id)
def test_it_judges_as_what_was_seen(rule: Rule, before: Evidence, now: Evidence) -> None:
    again = remembered(stored(reported(before)))
    assert again is not None
    assert told(rule.findings(Context(now, baseline=again))) == told(rule.findings(Context(now, baseline=before)))


def stored(report: Report) -> Report:
    return Report.model_validate_json(report.model_dump_json())


def outcomes(rule: str, now: Evidence, before: Report) -> set[Outcome]:
    (found,) = [one for one in catalogue() if one.id == rule]
    return {finding.outcome for finding in found.findings(Context(now, baseline=remembered(stored(before))))}


def test_one_that_was_checked_before_its_signature_came_is_not_taken_for_unsigned() -> None:
    early = reported(earlier(signatures=()), phase=Phase.SETTLING)
    assert outcomes("signature-lost", UNSIGNED, early) == {Outcome.UNKNOWN}


def test_one_that_could_not_be_looked_at_is_unknown() -> None:
    failed = unchecked(EARLIER, UnavailableError("503"), default_policy(), now=NOW)
    for rule in ("provenance-lost", "sbom-lost", "signature-lost", "platform-lost"):
        assert outcomes(rule, UNSIGNED, failed) == {Outcome.UNKNOWN}


@pytest.mark.parametrize("platforms", [(), (platform(provenance=None, sbom=None),)])
def test_a_report_from_before_it_said_what_was_unread(platforms: tuple[PlatformEvidence, ...]) -> None:
    partly = earlier(*platforms, signatures=(), signatures_unreadable=(REFUSED,))
    old = reported(partly).model_copy(update={"search": None, "unread": ()})
    if not platforms:
        old = old.model_copy(update={"platforms": ()})
    assert outcomes("signature-lost", UNSIGNED, old) == {Outcome.UNKNOWN}


def test_what_an_sbom_was_is_remembered() -> None:
    again = remembered(stored(reported(earlier(platform(sbom=sbom(format="cyclonedx", packages=7))))))
    assert again is not None
    assert (again.platforms[0].sbom, again.platforms[0].where) == (sbom_of(7), "index")


def sbom_of(packages: int) -> object:
    return sbom(
        format="cyclonedx",
        version="",
        packages=packages,
        os_packages=0,
        distribution="",
        has_author=False,
        has_timestamp=False,
    )
