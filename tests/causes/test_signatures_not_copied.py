"""Copied without its signatures."""

from bot.signatures.signature import SignatureState
from tests.causes.showing import elsewhere, hides, shows, unsigned
from tests.making import digest, signature

ID, RULE = "signatures-not-copied", "signature-missing"


def test_the_same_digest_is_signed_elsewhere() -> None:
    case = {"evidence": unsigned(), "rule": RULE, "sisters": [elsewhere("docker.io")]}
    cause = shows(ID, "certain", "signed at docker.io and not here", **case)
    assert "regctl image copy --referrers" in cause.snippet
    shows("never-signed", "possible", **case)


def test_another_digest_that_is_signed_elsewhere_looks_alike() -> None:
    other = elsewhere("docker.io", digest=digest("another build"))
    hides(ID, evidence=unsigned(), rule=RULE, sisters=[other])


def test_a_signature_elsewhere_that_does_not_hold_is_none() -> None:
    refused = elsewhere("docker.io", signatures=(signature(SignatureState.INVALID),))
    hides(ID, evidence=unsigned(), rule=RULE, sisters=[refused])


def test_what_is_signed_in_neither_looks_alike() -> None:
    hides(ID, evidence=unsigned(), rule=RULE, sisters=[elsewhere("docker.io", signatures=())])
