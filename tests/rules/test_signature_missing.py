"""Nobody signed: said only when everything was searched, and only after the signature had time to come."""

import pytest

from bot.attestations.statement import SLSA_V1, SPDX
from bot.context import Phase
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.signature_missing import rule
from bot.signatures.signature import SignatureState
from bot.values import replace
from tests.making import digest, image, is_silent, platform, says, signature, statement


def test_the_index_is_signed() -> None:
    is_silent(rule, image())


def test_every_platform_is_signed_by_itself() -> None:
    both = (signature(digest=digest("linux/amd64")), signature(digest=digest("linux/arm64")))
    is_silent(rule, image(signatures=both))


def test_a_signature_on_the_attestation_manifest_speaks_about_its_platform() -> None:
    """docker/github-builder signs nothing else."""
    is_silent(rule, image(signatures=(signature(digest=digest("attestation manifest")),)))


@pytest.mark.parametrize("matches", [False, None])
def test_a_signed_attestation_manifest_about_something_else(matches: bool | None) -> None:  # noqa: FBT001
    """Anybody can put another image's signed manifest into an index of their own."""
    signed = signature(digest=digest("attestation manifest"))
    borrowed = image(platform(statements=(statement(subject_matches=matches),)), signatures=(signed,))
    says(rule, borrowed, Outcome.FAIL, about="image")


def test_a_signed_attestation_manifest_that_could_not_be_read() -> None:
    signed = signature(digest=digest("attestation manifest"))
    unread = statement(subject_matches=None, subjects=(), unreadable=Unreadable("timed out"))
    for read in ((), (statement(SPDX),)):
        partly = image(platform(statements=(unread, *read)), signatures=(signed,))
        says(rule, partly, Outcome.UNKNOWN, "is signed, but its content could not be read")
    is_silent(rule, image(platform(statements=(unread, statement())), signatures=(signed,)))


def test_what_was_not_read_of_it_hides_neither_a_bad_signature_nor_another_image() -> None:
    """Whoever borrows a signed manifest, or forges a signature on one, adds a layer that nobody can read."""
    unread = statement(subject_matches=None, subjects=(), unreadable=Unreadable("too large"))
    about = digest("attestation manifest")
    refused = image(platform(statements=(unread,)), signatures=(signature(SignatureState.INVALID, digest=about),))
    says(rule, refused, Outcome.FAIL, about="image")
    strange = statement(SPDX, subject_matches=False)
    borrowed = image(platform(statements=(unread, strange)), signatures=(signature(digest=about),))
    says(rule, borrowed, Outcome.FAIL, about="image")


def test_a_signed_attestation_manifest_without_provenance_signs_nothing() -> None:
    signed = signature(digest=digest("attestation manifest"))
    listed = image(platform(statements=(statement(SPDX),)), signatures=(signed,))
    says(rule, listed, Outcome.FAIL, "no signature in any layout", about="image")


def test_nobody_signed() -> None:
    says(rule, image(signatures=()), Outcome.FAIL, "no signature in any layout", about="image")


@pytest.mark.parametrize(
    "kind",
    [
        "https://slsa.dev/verification_summary/v1",
        "https://in-toto.io/attestation/test-result/v0.1",
        "https://cosign.sigstore.dev/attestation/vuln/v1",
        SPDX,
    ],
)
@pytest.mark.parametrize("state", [SignatureState.VALID, SignatureState.INVALID, SignatureState.UNVERIFIABLE])
def test_a_signed_statement_of_another_kind_is_not_a_signature_of_the_image(kind: str, state: SignatureState) -> None:
    says(rule, image(signatures=(signature(state, predicate_type=kind),)), Outcome.FAIL, kind, about="image")


def test_signed_provenance_is_one() -> None:
    is_silent(rule, image(signatures=(signature(predicate_type=SLSA_V1),)))


def test_one_platform_is_left_out() -> None:
    one = image(signatures=(signature(digest=digest("linux/amd64")),))
    says(rule, one, Outcome.FAIL, "other platforms are signed", about="linux/arm64")


def test_a_refused_signature_is_one() -> None:
    """That it does not hold is asked by signature-invalid."""
    is_silent(rule, image(signatures=(signature(SignatureState.INVALID),)))


def test_one_that_could_not_be_judged_is_no_answer() -> None:
    unjudged = image(signatures=(signature(SignatureState.UNVERIFIABLE, reason="the policy names no key"),))
    says(rule, unjudged, Outcome.UNKNOWN, "not verified", "names no key", about="image")


def test_a_place_that_could_not_be_searched() -> None:
    partly = image(signatures=(), signatures_unreadable=(Unreadable("referrers: timed out"),))
    says(rule, partly, Outcome.UNKNOWN, "timed out", about="image")
    is_silent(rule, image(signatures_unreadable=(Unreadable("timed out"),)))


def test_nobody_looked() -> None:
    says(rule, image(signatures=(), signatures_searched=False), Outcome.UNKNOWN, "not looked for", about="image")


def test_before_it_could_be_there() -> None:
    says(rule, image(signatures=()), Outcome.UNKNOWN, "none yet", about="image", phase=Phase.SETTLING)


def test_an_artifact_that_is_no_image() -> None:
    """A Helm chart has no platforms, and may be signed all the same."""
    chart = replace(image(is_index=False), platforms=())
    is_silent(rule, chart)
    says(rule, replace(chart, signatures=()), Outcome.FAIL, about="image")


def test_platforms_that_could_not_be_looked_at() -> None:
    """All that we saw are signed by themselves; the index is not, and there is more in it."""
    both = (signature(digest=digest("linux/amd64")), signature(digest=digest("linux/arm64")))
    partly = image(signatures=both, unreadable=(Unreadable("an index within an index within an index"),))
    says(rule, partly, Outcome.UNKNOWN, "within an index", about="image")
    is_silent(rule, image(unreadable=(Unreadable("an index within an index"),)))
