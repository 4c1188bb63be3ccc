"""Provenance that anybody with push rights could have written."""

from bot.attestations.statement import SLSA_V1, SPDX
from bot.context import Context, Phase
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.attestation_unsigned import rule
from bot.signatures.signature import Layout, SignatureState
from tests.making import digest, image, is_silent, platform, says, signature, statement


def test_the_index_above_it_is_signed() -> None:
    is_silent(rule, image())


def test_its_own_manifest_is_signed() -> None:
    is_silent(rule, image(signatures=(signature(digest=digest("attestation manifest")),)))


def test_it_is_a_signed_statement_itself() -> None:
    for about in ("index", "linux/amd64"):
        signed = signature(digest=digest(about), predicate_type=SLSA_V1)
        is_silent(rule, image(platform(), is_index=False, signatures=(signed,)))
    for kind, state in ((SLSA_V1, None), (SPDX, Outcome.FAIL)):
        sealed = signature(digest=digest("linux/amd64"), layout=Layout.DOCKER_DSSE, predicate_type=kind)
        found = list(rule.findings(Context(image(platform(), is_index=False, signatures=(sealed,)))))
        assert [one.outcome for one in found] == ([state] if state else [])


def test_an_index_says_nothing_about_what_was_attached_to_it() -> None:
    """Its signature covers what it names; a referrer is not named by it."""
    says(rule, image(platform(where="referrer")), Outcome.FAIL)
    attested = signature(digest=digest("linux/amd64"), predicate_type=SLSA_V1)
    is_silent(rule, image(platform(where="referrer"), signatures=(attested,)))


def test_nobody_signed() -> None:
    says(rule, image(signatures=()), Outcome.FAIL, "neither the provenance nor the index")


def test_signatures_on_other_things_do_not_vouch_for_it() -> None:
    """A platform's own manifest does not name its attestations; a signed SBOM says nothing about the build."""
    on_platform = signature(digest=digest("linux/amd64"))
    says(rule, image(platform(), signatures=(on_platform,)), Outcome.FAIL)
    for about in ("linux/amd64", "index", "attestation manifest"):
        on_sbom = signature(digest=digest(about), predicate_type=SPDX)
        says(rule, image(platform(), signatures=(on_sbom,)), Outcome.FAIL)


def test_a_signed_manifest_does_not_vouch_for_the_provenance_in_another_one() -> None:
    """An index may name the builder's signed provenance and somebody's own beside it."""
    own = statement(SLSA_V1, manifest=digest("somebody's manifest"))
    manifests = tuple(map(digest, ("attestation manifest", "somebody's manifest")))
    two = platform(statements=(statement(SLSA_V1), own), attestation_manifests=manifests)
    signed = [signature(digest=one) for one in manifests]
    is_silent(rule, image(two, signatures=tuple(signed)))
    for one in signed:
        says(rule, image(two, signatures=(one,)), Outcome.FAIL)


def test_refused_and_unjudged_ones() -> None:
    says(rule, image(signatures=(signature(SignatureState.INVALID),)), Outcome.FAIL)
    says(rule, image(signatures=(signature(SignatureState.UNVERIFIABLE),)), Outcome.UNKNOWN, "not verified")


def test_what_was_not_looked_at() -> None:
    says(rule, image(platform(), signatures=(), signatures_searched=False), Outcome.UNKNOWN, about="image")
    partly = image(platform(), signatures=(), signatures_unreadable=(Unreadable("timed out"),))
    says(rule, partly, Outcome.UNKNOWN, "timed out", about="image")


def test_before_a_signature_could_be_there() -> None:
    """Never "unsigned" while signature-missing itself says "none yet"."""
    says(rule, image(signatures=()), Outcome.UNKNOWN, "none yet", about="image", phase=Phase.SETTLING)
    is_silent(rule, image(), phase=Phase.SETTLING)


def test_one_platform_whose_signature_could_not_be_judged_hides_no_other() -> None:
    unjudged = signature(SignatureState.UNVERIFIABLE, digest=digest("its own"))
    own = platform(
        attestation_manifests=(digest("its own"),), statements=(statement(SLSA_V1, manifest=digest("its own")),)
    )
    both = image(own, platform("linux/arm64"), signatures=(unjudged,))
    says(rule, both, Outcome.UNKNOWN, "not verified")
    says(rule, both, Outcome.FAIL, about="linux/arm64")


def test_without_provenance_there_is_nothing_to_sign() -> None:
    is_silent(rule, image(platform(provenance=None), signatures=()))
