"""The law of unknown: each thing that was not looked at has its own code, whatever the sentence beside it says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.context import Context, Phase
from bot.evidence import Evidence, MissingBlob, PlatformEvidence, Unreadable
from bot.rules.rule import Finding
from bot.rules.signature_missing import rule
from bot.rules.unknowns import absences, is_gone, not_yet, unjudged, unread_parts, unsearched_signatures
from bot.signatures.signature import SignatureState
from bot.unreadable import MissingKind, UnknownReason
from tests.making import image, platform, signature, statement

HUNG = Unreadable("it did not answer", UnknownReason.UNSEARCHED)
GONE = Unreadable("it is gone", UnknownReason.GONE, digest="sha256:a")


def sbom_of(platform: PlatformEvidence) -> object:
    return platform.sbom


def bare(**changes: Any) -> Evidence:  # noqa: ANN401 - any field
    """An image without an SBOM."""
    return image(platform(sbom=None), **changes)


def unread(part: Unreadable) -> Evidence:
    """An image with an SBOM that could not be read."""
    return image(platform(sbom=part))


def signed_and_unread() -> Evidence:
    """An attestation manifest that is signed, and whose statement could not be read."""
    told = statement(unreadable=Unreadable("x", UnknownReason.UNREADABLE), subject_matches=None)
    return image(platform(statements=(told,)), signatures=(signature(digest=told.manifest),))


def codes(findings: Iterator[Finding]) -> list[tuple[str, UnknownReason | None]]:
    return [(finding.outcome, finding.reason) for finding in findings]


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        (lambda: unread_parts(rule, image(platforms=())), UnknownReason.NOTHING_RUNS),
        (lambda: unsearched_signatures(rule, image(signatures_searched=False)), UnknownReason.NOT_SEARCHED),
        (lambda: unsearched_signatures(rule, image(signatures_unreadable=(HUNG,))), UnknownReason.UNSEARCHED),
        (lambda: unsearched_signatures(rule, image(code_host_unreadable=(HUNG,))), UnknownReason.UNSEARCHED),
        (lambda: unsearched_signatures(rule, signed_and_unread()), UnknownReason.UNREADABLE),
        (lambda: not_yet(rule, Context(image(), phase=Phase.SETTLING)), UnknownReason.AWAITING_SIGNATURE),
        (lambda: absences(rule, bare(signatures_unreadable=(HUNG,)), sbom_of, "SBOM"), UnknownReason.UNSEARCHED),
        (lambda: absences(rule, unread(GONE), sbom_of, "SBOM"), UnknownReason.GONE),
        (lambda: absences(rule, unread(HUNG), sbom_of, "SBOM"), UnknownReason.UNSEARCHED),
        (lambda: unjudged(rule, (signature(SignatureState.UNVERIFIABLE),)), UnknownReason.UNVERIFIABLE),
    ],
)
def test_the_code_of_each(findings: Callable[[], Iterator[Finding]], code: UnknownReason) -> None:
    assert codes(findings()) == [("unknown", code)]


def test_nothing_is_said_where_nothing_is_missing() -> None:
    whole: Evidence = image()
    assert (
        codes(unread_parts(rule, whole)) == codes(unsearched_signatures(rule, whole)) == codes(unjudged(rule, ())) == []
    )


def test_gone_is_what_the_registry_answered_404_for_and_what_a_document_named() -> None:
    lost = MissingBlob("sha256:a", "sha256:index", MissingKind.ATTESTATION)
    gone = Unreadable("x", UnknownReason.GONE, digest="sha256:a")
    assert is_gone(image(missing=(lost,)), gone)
    assert not is_gone(image(), gone)
    assert not is_gone(image(missing=(lost,)), Unreadable("x", UnknownReason.GONE, digest="sha256:b"))
    assert not is_gone(image(missing=(lost,)), Unreadable("x", UnknownReason.UNREADABLE, digest="sha256:a"))


def test_what_is_gone_or_was_looked_for_everywhere_is_missing() -> None:
    lost = MissingBlob("sha256:a", "sha256:index", MissingKind.ATTESTATION)
    gone = image(platform(sbom=GONE), missing=(lost,))
    for evidence, told in ((gone, "the SBOM is gone"), (bare(), "no SBOM"), (bare(code_host_unreadable=(HUNG,)), "no")):
        (finding,) = absences(rule, evidence, sbom_of, "SBOM")
        assert (finding.outcome, finding.reason) == ("fail", None)
        assert finding.message.startswith(told)
    assert finding.message == "no SBOM in the registry (it did not answer)"


@pytest.mark.parametrize(
    ("findings", "told"),
    [
        (
            lambda: absences(rule, bare(signatures_unreadable=(HUNG,)), sbom_of, "SBOM"),
            "not in the index, and elsewhere we could not look: it did not answer",
        ),
        (
            lambda: absences(rule, bare(code_host_unreadable=(HUNG, GONE)), sbom_of, "SBOM"),
            "no SBOM in the registry (it did not answer)",
        ),
        (
            lambda: unread_parts(rule, image(platforms=())),
            "it has no platform that could run, so there is nothing to judge",
        ),
        (lambda: unsearched_signatures(rule, image(signatures_searched=False)), "signatures were not looked for"),
        (
            lambda: unsearched_signatures(rule, image(code_host_unreadable=(HUNG,))),
            "could not be looked at: it did not answer",
        ),
        (
            lambda: not_yet(rule, Context(image(), phase=Phase.SETTLING)),
            "none yet; it was checked within the policy's settle time",
        ),
    ],
)
def test_the_sentence_of_each(findings: Callable[[], Iterator[Finding]], told: str) -> None:
    assert [finding.message for finding in findings()] == [told]


def test_a_settled_push_waits_for_nothing() -> None:
    assert codes(not_yet(rule, Context(image(), phase=Phase.SETTLED))) == []
