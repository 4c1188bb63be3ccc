"""The law of unknown: each thing that was not looked at has its own code, whatever the sentence beside it says."""

from collections.abc import Callable, Iterator

import pytest

from bot.evidence import Evidence, MissingBlob, Unreadable
from bot.rules.rule import Finding
from bot.rules.signature_missing import rule
from bot.rules.unknowns import is_gone, unjudged, unread_parts, unsearched_signatures
from bot.signatures.signature import SignatureState
from bot.unreadable import MissingKind, UnknownReason
from tests.making import image, signature


def codes(findings: Iterator[Finding]) -> list[tuple[str, UnknownReason | None]]:
    return [(finding.outcome, finding.reason) for finding in findings]


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        (lambda: unread_parts(rule, image(platforms=())), UnknownReason.NOTHING_RUNS),
        (lambda: unsearched_signatures(rule, image(signatures_searched=False)), UnknownReason.NOT_SEARCHED),
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
