"""A registry whose list of tags is not whole: what it has is found all the same, or nobody says that it is missing."""

import json

import pytest

from bot.attestations.statement import SPDX
from tests.fake_registry import FakeRegistry, Referrers
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_faults import Body
from tests.registry_shelf import encode
from tests.signatures.signing import Signed

SPDX_DOCUMENT = {"spdxVersion": "SPDX-2.3", "name": "app", "packages": [{"name": "musl", "versionInfo": "1"}]}


def hides(signed: Signed) -> None:
    """It lists what people push, and not what signers push."""
    signed.registry.fault("/tags/list", Body(encode({"name": "team/app", "tags": ["latest"]})))


async def test_an_sbom_that_is_attested_under_a_hidden_tag(
    plain: Signed, sigstore: PrivateSigstore, signer: Signer
) -> None:
    index, *_ = plain.image()
    plain.sig_tag(index, sigstore.att_layer(statement(index, SPDX, SPDX_DOCUMENT), signer), suffix="att")
    hides(plain)
    evidence = await plain.found(sigstore.trust())
    assert all(platform.sbom is not None for platform in evidence.platforms)
    assert [one.state for one in evidence.signatures] == ["valid"]


@pytest.mark.parametrize("kind", [Referrers.NONE, Referrers.EMPTY])
async def test_a_bundle_in_a_hidden_list_of_referrers(
    kind: Referrers, sigstore: PrivateSigstore, signer: Signer
) -> None:
    async with FakeRegistry(referrers=kind) as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.bundle(index, sigstore.bundle(statement(index), signer))
        hides(signed)
        evidence = await signed.found(sigstore.trust())
    assert [one.state for one in evidence.signatures] == ["valid"]


async def test_a_plain_sbom_under_a_hidden_tag(plain: Signed, sigstore: PrivateSigstore) -> None:
    index, *_ = plain.image()
    made = {"data": json.dumps(SPDX_DOCUMENT).encode(), "media_type": "text/spdx+json", "annotations": {}}
    plain.sig_tag(index, made, suffix="sbom")
    hides(plain)
    evidence = await plain.found(sigstore.trust())
    assert all(platform.sbom is not None for platform in evidence.platforms)
