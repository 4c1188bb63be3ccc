"""What flooding an image with signatures costs a check: bytes, manifests and processor time are bounded, and said."""

import json
from collections.abc import AsyncIterator, Callable
from itertools import count

import pytest

from bot.attestations.statement import SLSA_V1
from bot.context import Context
from bot.evidence import Evidence
from bot.oci.manifest import Descriptor
from bot.rules import Outcome
from bot.rules.signature_missing import rule as signature_missing
from bot.signatures import verify
from bot.signatures.discovery import SIGNATURES_MANIFEST_MAX, Source
from bot.signatures.fetch import SEARCH_MAX
from bot.signatures.keys import NamedKey, key_id
from bot.signatures.layers import SignatureLayer
from bot.signatures.search import EnvelopeLayer
from bot.signatures.signature import Layout, SignatureState
from bot.signatures.verify import ENVELOPES_MAX, JUDGING_SECONDS, judge_envelopes, judge_layers
from tests.fake_registry import FakeRegistry
from tests.private_fulcio import Signer, new_key
from tests.private_sigstore import DSSE, PrivateSigstore, statement
from tests.signatures.judged import DIGEST, OTHER, TODAY, docker
from tests.signatures.signing import BUNDLE, Signed

SIGSTORE = PrivateSigstore()
HOLDER = Signer(new_key())
TRUST = SIGSTORE.trust(NamedKey("release", HOLDER.public))


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


def said(evidence: Evidence) -> str:
    return " ".join(one.reason for one in evidence.signatures_unreadable)


async def test_a_manifest_that_is_larger_than_any_that_holds_signatures(signed: Signed) -> None:
    index, *_ = signed.image()
    signed.referrer(index, [], "application/vnd.example", annotations={"padding": "x" * SIGNATURES_MANIFEST_MAX})
    assert str(SIGNATURES_MANIFEST_MAX) in said(await signed.found(TRUST))


async def test_layers_that_are_too_much_together_are_left_but_not_the_small_ones(signed: Signed) -> None:
    index, *_ = signed.image()
    huge = {"mediaType": BUNDLE, "size": SEARCH_MAX // 8}
    for number in range(8):
        signed.referrer(index, [{**huge, "digest": f"sha256:{number:064x}"}], BUNDLE)
    signed.sig_tag(index, SIGSTORE.sig_layer(index, HOLDER, log=False))
    evidence = await signed.found(TRUST)
    assert [one.state for one in evidence.signatures] == [SignatureState.VALID]
    assert "1 signatures were not read: SEARCH_MAX" in said(evidence)


def _item() -> SignatureLayer:
    layer = Descriptor(media_type=BUNDLE, digest=DIGEST, size=1)
    return SignatureLayer(DIGEST, OTHER, layer, Source.REFERRER, layout=Layout.BUNDLE)


def ticking(seconds: float) -> Callable[[], float]:
    """A clock on which that much passes between two looks."""
    ticks = count()
    return lambda: next(ticks) * seconds


def test_judging_stops_when_the_time_is_over() -> None:
    data = json.dumps(SIGSTORE.bundle(statement(DIGEST), HOLDER, log=False)).encode()
    whole = [(_item(), data)] * 5
    judged, left = judge_layers(whole, TRUST, TODAY, clock=ticking(JUDGING_SECONDS / 2))
    assert (len(judged), left) == (2, 3)
    assert len(judge_layers(whole, TRUST, TODAY)[0]) == 5


async def test_what_was_left_when_the_time_was_over_may_be_the_signature(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever floods an image with slow ones must not make it look as if nobody had signed it."""
    monkeypatch.setattr(verify, "JUDGING_SECONDS", -1.0)
    index, *_ = signed.image()
    signed.sig_tag(index, SIGSTORE.sig_layer(index, HOLDER, log=False))
    evidence = await signed.found(TRUST)
    assert not evidence.signatures
    assert "1 of 1 signatures were not judged" in said(evidence)
    assert {one.outcome for one in signature_missing.findings(Context(evidence))} == {Outcome.UNKNOWN}


def test_a_list_of_bundles_is_judged_one_by_one() -> None:
    good = SIGSTORE.bundle(statement(DIGEST), HOLDER, log=False)
    bad = SIGSTORE.bundle(statement(OTHER), HOLDER, log=False)
    for data in (json.dumps([bad, good]), f"{json.dumps(bad)}\n{{broken}}\n{json.dumps(good)}\n"):
        states = _states(data.encode())
        assert (states[0], states[-1]) == (SignatureState.INVALID, SignatureState.VALID)
    for data in (json.dumps([good] * 65), json.dumps([]), "[" * 100, "\n".join([json.dumps(good)] * 65)):
        assert _states(data.encode()) == [SignatureState.UNVERIFIABLE]


def _states(data: bytes) -> list[SignatureState]:
    judged, _ = judge_layers([(_item(), data)], TRUST, TODAY)
    return [one.signature.state for one in judged if one.signature]


def test_envelopes_by_the_thousand_are_judged_up_to_a_limit_and_the_rest_is_not_judged() -> None:
    made = json.loads(SIGSTORE.att_layer(statement(DIGEST, SLSA_V1, {}), HOLDER, log=False)["data"])
    made["signatures"][0]["keyid"] = key_id(HOLDER.public).hex()
    data = json.dumps(made).encode()
    assert docker(data, TRUST).key_name == "release"
    envelopes = [EnvelopeLayer(data, DIGEST, OTHER, DSSE)] * 1000
    states = [one.state for one in judge_envelopes(envelopes, TRUST)]
    assert states == [SignatureState.VALID] * ENVELOPES_MAX + [SignatureState.UNVERIFIABLE]
    slow = judge_envelopes(envelopes[:3], TRUST, clock=ticking(JUDGING_SECONDS))
    assert [one.state for one in slow] == [SignatureState.VALID, SignatureState.UNVERIFIABLE]
