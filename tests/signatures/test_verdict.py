"""Whatever a procedure raises ends as a verdict with a code; only a proof ends as valid."""

import pytest

from bot.errors import MalformedError, OverLimitError, RefusedError, UndecidableError
from bot.report import SignatureSummary
from bot.signatures.certificates.identity import Identity
from bot.signatures.pipeline import Verified
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import Layout, Signature
from bot.signatures.verdict import REASON_MAX, SignaturePlace, judge

PLACE = SignaturePlace(Layout.BUNDLE, "sha256:a", "sha256:b")
Panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
"""What a parser written in Rust raises when it breaks: not an Exception."""


def raising(error: BaseException) -> Signature:
    def verify() -> Verified:
        raise error

    return judge(PLACE, verify)


def test_a_proof() -> None:
    signature = judge(PLACE, lambda: Verified(Identity("who", "vouched"), predicate_type="what"))
    assert (signature.state, signature.identity, signature.issuer, signature.predicate_type) == (
        "valid",
        "who",
        "vouched",
        "what",
    )
    assert (signature.reason, signature.code, signature.signed_at) == ("", None, "")


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (RefusedError(SignatureReason.OTHER_DIGEST, "x"), "invalid", SignatureReason.OTHER_DIGEST),
        (UndecidableError(SignatureReason.NO_KEY, "x"), "unverifiable", SignatureReason.NO_KEY),
        (MalformedError("x"), "unverifiable", SignatureReason.MALFORMED),
        (OverLimitError("x"), "unverifiable", SignatureReason.OVER_LIMIT),
        (ValueError("x"), "unverifiable", SignatureReason.ERROR),
        (RecursionError("x"), "unverifiable", SignatureReason.ERROR),
        (Panic("x"), "unverifiable", SignatureReason.ERROR),
    ],
)
def test_everything_else(error: BaseException, state: str, code: SignatureReason) -> None:
    signature = raising(error)
    assert (signature.state, signature.code) == (state, code)
    assert (signature.identity, signature.key_name, bool(signature.reason)) == ("", "", True)


def test_what_is_not_about_the_signature_goes_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        raising(KeyboardInterrupt())


def test_a_long_reason_is_cut() -> None:
    assert len(raising(MalformedError("x" * 1000)).reason) == REASON_MAX + 1


def test_a_report_from_before_there_were_codes_is_still_read() -> None:
    stored = {"layout": "bundle", "digest": "sha256:a", "state": "invalid", "reason": "about another digest"}
    summary = SignatureSummary.model_validate(stored)
    assert (summary.code, summary.reason) == ("", "about another digest")
