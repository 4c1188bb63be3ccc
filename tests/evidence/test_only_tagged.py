"""A referrer that the fallback tag lists and the registry's own API does not is kept apart in the evidence."""

import pytest

from bot.evidence.gather import gather
from bot.oci.reference import fallback_tag
from bot.signatures.finder import SignatureFinder
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import at, opened
from tests.oci.with_referrers import SIGNATURE, signed
from tests.private_sigstore import PrivateSigstore
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST, descriptor


@pytest.mark.parametrize("kind", [Referrers.API, Referrers.NONE])
async def test_one_that_the_api_lacks(kind: Referrers) -> None:
    async with FakeRegistry(referrers=kind) as fake, opened(fake) as registry:
        image, _ = signed(fake)
        older = fake.push_image("demo/app", layer=b"older", artifactType=SIGNATURE)
        data = fake.repository("demo/app").manifests[older].data
        entries = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [descriptor(data, OCI_MANIFEST)]}
        fake.push_manifest("demo/app", entries, tag=fallback_tag(image))
        finder = SignatureFinder(PrivateSigstore().trust)
        evidence = await gather(at(fake).at(image), registry, search=finder)
        assert evidence.only_tagged == (((image, older),) if kind is Referrers.API else ())
