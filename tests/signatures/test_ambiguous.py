"""Bundles and cosign's payloads that two readers may read in two ways: the signature holds, and it is told."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.evidence import Evidence
from bot.oci.ambiguity import Twofold, noticing, reading
from bot.signatures.cosign.simple_signing import verify_content
from tests.attestations.predicates import DIGEST
from tests.fake_registry import FakeRegistry
from tests.private_sigstore import PrivateSigstore, simple_signing, statement
from tests.signatures.signing import BUNDLE, Signed

SIGSTORE = PrivateSigstore()
WORKFLOW = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/1"


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


async def bundled(signed: Signed, old: str, new: str) -> Evidence:
    """The index, with a bundle in which that text is written otherwise."""
    index, *_ = signed.image()
    written = json.dumps(SIGSTORE.bundle(statement(index), SIGSTORE.signer(WORKFLOW)))
    assert old in written
    signed.referrer(index, [signed.blob(written.replace(old, new, 1).encode(), BUNDLE)], BUNDLE)
    return await signed.found(SIGSTORE.trust())


async def test_a_bundle_as_tools_write_it(signed: Signed) -> None:
    evidence = await bundled(signed, '"dsseEnvelope"', '"dsseEnvelope"')
    assert evidence.ambiguous == ()
    assert [one.state for one in evidence.signatures] == ["valid"]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('"dsseEnvelope":', '"dsseEnvelope": {}, "dsseEnvelope":', Twofold.REPEATED_KEY),
        ('"dsseEnvelope":', '"DsseEnvelope": {}, "dsseEnvelope":', Twofold.FOLDED_KEY),
        ('"payload":', '"Payload": "", "payload":', Twofold.FOLDED_KEY),
        ('"verificationMaterial":', '"verificationMaterial": {}, "verificationMaterial":', Twofold.REPEATED_KEY),
    ],
)
async def test_a_bundle_with_a_key_twice(signed: Signed, old: str, new: str, kind: Twofold) -> None:
    assert kind in {one.kind for one in (await bundled(signed, old, new)).ambiguous}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"critical":', b'"Critical": {}, "critical":'),
        (b'"docker-manifest-digest":', b'"Docker-Manifest-Digest": "sha256:00", "docker-manifest-digest":'),
        (b'"type":', b'"type": "x", "type":'),
    ],
)
def test_the_payload_of_cosign(old: bytes, new: bytes) -> None:
    payload = simple_signing(DIGEST)
    assert old in payload
    with noticing() as notices, reading(DIGEST):
        verify_content(payload, DIGEST)
        assert notices.all == ()
        verify_content(payload.replace(old, new, 1), DIGEST)
    assert notices.all
