"""How far provenance can be believed: the word, and an estimate of the build level that never claims too much."""

from typing import Any

import pytest

from bot.attestations.statement import SLSA_V1, SPDX
from bot.context import Context, Expected, ExpectedIdentity, Phase
from bot.evidence import Unreadable
from bot.oci.ambiguity import Ambiguity, Twofold
from bot.rules.level import Level, estimate
from bot.signatures.signature import Layout, Signature, SignatureState
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.making import ISSUER, WORKFLOW, digest, image, platform, signature, statement

OURS = Expected(identities=(ExpectedIdentity(ISSUER, r"https://github\.com/acme/.+"),))
ISOLATED = Expected(isolated_builders=(r"https://github\.com/docker/github-builder/",))
BUILDER = "https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1"
HOSTED = (("runner-environment", "github-hosted"),)


def attested(**changes: Any) -> Signature:  # noqa: ANN401 - any field
    """GitHub's attestation of the build, on the index."""
    return signature(**{"predicate_type": SLSA_V1, "claims": HOSTED, "layout": Layout.BUNDLE} | changes)


def level(
    *signatures: Signature,
    expected: Expected = OURS,
    phase: Phase = Phase.SETTLED,
    **changes: Any,  # noqa: ANN401 - any field
) -> tuple[str, int | None]:
    found = estimate(Context(image(signatures=signatures, **changes), expected, phase))
    return found.level, found.build_level


def test_no_provenance_is_level_0_whoever_signed() -> None:
    found = estimate(Context(image(platform(), platform("linux/arm64", provenance=None)), OURS))
    assert (found.level, found.build_level) == (Level.ABSENT, 0)
    assert "linux/arm64" in found.reason


def test_what_could_not_be_looked_at_has_no_level() -> None:
    found = estimate(Context(image(platform(provenance=Unreadable("timed out"))), OURS))
    assert (found.level, found.build_level, found.code) == (Level.UNKNOWN, None, UnknownReason.UNREADABLE)
    assert level(signatures_searched=False) == (Level.UNKNOWN, 1)
    assert level(signatures_unreadable=(Unreadable("timed out"),)) == (Level.UNKNOWN, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unreadable": (Unreadable("timed out"),)}, UnknownReason.UNREADABLE),
        ({"unconfirmed": (Unreadable("timed out"),)}, UnknownReason.UNREADABLE),
        ({"ambiguous": (Ambiguity(Twofold.REPEATED_KEY, digest("index"), "layers"),)}, UnknownReason.AMBIGUOUS),
    ],
)
def test_an_image_that_was_not_seen_whole_or_has_two_readings_has_no_level(
    changes: dict[str, Any], code: UnknownReason
) -> None:
    found = estimate(Context(image(signatures=(attested(),), **changes), OURS))
    assert (found.level, found.build_level, found.code) == (Level.UNKNOWN, None, code)


def test_nothing_that_runs_has_no_level() -> None:
    """Not even where the index is signed by the right workflow."""
    found = estimate(Context(replace(image(), platforms=()), OURS))
    assert (found.level, found.build_level, found.code) == (Level.UNKNOWN, None, UnknownReason.NOTHING_RUNS)


def test_provenance_may_be_where_we_could_not_look() -> None:
    unseen = (Unreadable("timed out", UnknownReason.UNSEARCHED),)
    found = level(signature(), platforms=(platform(provenance=None),), signatures_unreadable=unseen)
    assert found == (Level.UNKNOWN, None)


def test_unsigned_and_not_to_be_judged() -> None:
    assert level() == (Level.UNSIGNED, 1)
    assert level(signature(SignatureState.UNVERIFIABLE)) == (Level.UNVERIFIABLE, 1)
    assert level(signature(SignatureState.INVALID)) == (Level.UNSIGNED, 1)


def test_a_signed_index_is_level_1_and_says_by_whom() -> None:
    assert level(signature(), expected=Expected()) == (Level.SIGNED, 1)
    assert level(signature()) == (Level.EXPECTED, 1)
    assert WORKFLOW in estimate(Context(image(), OURS)).reason


def test_what_is_attached_to_a_signed_image_is_not_signed_by_that() -> None:
    """Whoever may push can attach provenance afterwards; the signer of the image has never seen it."""
    attached = (platform(where="referrer"), platform("linux/arm64", where="referrer"))
    found = estimate(Context(image(*attached, signatures=(signature(),)), OURS))
    assert (found.level, found.build_level) == (Level.UNSIGNED, 1)
    assert "nobody signed it" in found.reason
    assert estimate(Context(image(*attached, signatures=(attested(),)), OURS)).level is Level.EXPECTED


def test_provenance_that_a_hosted_platform_signed_is_a_candidate_for_level_2() -> None:
    assert level(attested()) == (Level.EXPECTED, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": (("runner-environment", "self-hosted"),)},
        {"claims": ()},
        {"predicate_type": ""},  # an image signature says nothing about the build
        {"predicate_type": "https://spdx.dev/Document"},
        {"state": SignatureState.UNVERIFIABLE},
        {"digest": digest("linux/amd64")},  # the other platform's is not
    ],
)
def test_anything_less_stays_at_level_1(changes: dict[str, Any]) -> None:
    assert level(attested(**changes))[1] == 1


def test_an_isolated_builder_that_the_policy_lists_is_a_candidate_for_level_3() -> None:
    on_manifest = signature(digest=digest("attestation manifest"), identity=BUILDER, claims=HOSTED)
    assert level(on_manifest, expected=ISOLATED)[1] == 3
    assert level(on_manifest, expected=OURS)[1] == 1
    assert level(attested(identity=BUILDER), expected=ISOLATED)[1] == 3
    assert level(attested(identity=BUILDER, claims=()), expected=ISOLATED)[1] == 1


def test_an_isolated_builder_s_signature_on_an_index_is_not_one_on_the_provenance() -> None:
    """Anybody's build can be named by an index that such a workflow only put together."""
    assert level(signature(identity=BUILDER, claims=HOSTED), expected=ISOLATED)[1] == 1


def test_an_isolated_builder_s_manifest_about_something_else_lifts_nobody_s_provenance() -> None:
    """A signed manifest that holds only an SBOM, in an index whose provenance somebody else wrote and signed."""
    theirs, borrowed = digest("their manifest"), digest("attestation manifest")
    statements = (statement(SLSA_V1, manifest=theirs), statement(SPDX, manifest=borrowed))
    made = platform(statements=statements, attestation_manifests=(theirs, borrowed))
    signed = signature(digest=theirs, identity="somebody@example.org")
    by_builder = signature(digest=borrowed, identity=BUILDER, claims=HOSTED)
    assert level(signed, by_builder, expected=ISOLATED, platforms=(made,))[1] == 1


def test_the_reason_never_claims() -> None:
    found = estimate(Context(image(signatures=(attested(),)), OURS))
    assert "candidate" in found.reason


def test_nobody_is_said_to_vouch_for_it_only_where_that_is_known() -> None:
    def reason(*signatures: Signature, phase: Phase = Phase.SETTLED, **changes: Any) -> str:  # noqa: ANN401
        return estimate(Context(image(signatures=signatures, **changes), OURS, phase)).reason

    assert "nobody signed it" in reason()
    assert "not known" in reason(signatures_searched=False)
    assert "not known" in reason(signatures_unreadable=(Unreadable("timed out"),))
    assert "not known" in reason(phase=Phase.SETTLING)
    assert "could not be verified" in reason(signature(SignatureState.UNVERIFIABLE))
    assert reason(signature(digest=digest("attestation manifest"), identity=BUILDER)).endswith(
        f"signed by {BUILDER} ({ISSUER})"
    )
    assert "on an index signed by" in reason(signature())
    assert "index" not in reason(attested(claims=()))


def test_a_push_that_may_still_be_signed_is_not_called_unsigned() -> None:
    assert level(phase=Phase.SETTLING) == (Level.UNKNOWN, 1)
    assert estimate(Context(image(signatures=()), OURS, Phase.SETTLING)).code is UnknownReason.AWAITING_SIGNATURE
    assert level(signature(), phase=Phase.SETTLING) == (Level.EXPECTED, 1)
