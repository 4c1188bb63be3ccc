"""What a search for signatures asks of a registry: requests, pulls, and how many wait for each other."""

import pytest

from bot.attestations.statement import SPDX
from bot.evidence import Requests
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.signatures.finder import SignatureFinder
from bot.signatures.signature import SignatureState
from tests.evidence.building import NAME, TAG
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import opened
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.judged import TODAY
from tests.signatures.signing import Signed

SPDX_DOCUMENT = {"spdxVersion": "SPDX-2.3", "name": "app", "packages": [{"name": "musl", "versionInfo": "1"}]}


class TestWhatItCosts:
    """HEAD and lists of referrers are free on Docker Hub; a manifest is a counted pull."""

    async def test_an_image_that_nobody_signed_costs_no_pull(self, plain: Signed, sigstore: PrivateSigstore) -> None:
        plain.image()
        evidence = await plain.found(sigstore.trust())
        assert evidence.requests == Requests(total=20, manifest_pulls=5, round_trips=3)
        assert plain.registry.count("GET", "/tags/list") == 1
        assert plain.registry.count("HEAD", "/manifests/") == 5  # the tags of the index, and it
        assert plain.registry.count("GET", "/referrers/") == 5
        assert plain.registry.count("GET", "/manifests/") == 5  # index, 2 platforms, 2 attestation manifests

    async def test_without_the_api_the_list_of_tags_stands_for_all_lists_of_referrers(
        self, sigstore: PrivateSigstore
    ) -> None:
        async with FakeRegistry(referrers=Referrers.NONE) as registry:
            signed = Signed(registry)
            signed.image()
            evidence = await signed.found(sigstore.trust())
        assert (evidence.requests.total, evidence.signature_requests.total) == (16, 7)
        assert registry.count("GET", "/referrers/") == 1  # which finds that there is no API
        assert registry.count("HEAD", "/manifests/") == 5

    async def test_an_image_of_one_platform_needs_no_list(self, plain: Signed, sigstore: PrivateSigstore) -> None:
        """The four tags of its own digest are all that there may be."""
        amd64 = plain.platform("linux/amd64")
        plain.registry.tag(NAME, TAG, amd64["digest"])
        evidence = await plain.found(sigstore.trust())
        assert evidence.signature_requests == Requests(total=6, round_trips=2)
        assert plain.registry.count("GET", "/tags/list") == 0

    async def test_a_signature_costs_one_pull_and_one_round_trip_more_than_an_unsigned_image(
        self, plain: Signed, sigstore: PrivateSigstore, signer: Signer
    ) -> None:
        index, *_ = plain.image()
        plain.sig_tag(index, sigstore.sig_layer(index, signer))
        evidence = await plain.found(sigstore.trust())
        assert (evidence.requests.manifest_pulls, evidence.requests.round_trips) == (6, 4)  # tags, manifest, document

    async def test_every_layout_at_once_costs_no_more_round_trips(
        self, plain: Signed, sigstore: PrivateSigstore, signer: Signer
    ) -> None:
        index, amd64, _ = plain.image()
        plain.sig_tag(index, sigstore.sig_layer(index, signer))
        plain.sig_tag(index, sigstore.att_layer(statement(index, SPDX, SPDX_DOCUMENT), signer), suffix="att")
        plain.bundle(amd64, sigstore.bundle(statement(amd64), signer))
        plain.bundle(plain.attestations[1], sigstore.bundle(statement(plain.attestations[1]), signer))
        evidence = await plain.found(sigstore.trust())
        assert [one.state for one in evidence.signatures] == ["valid"] * 4
        assert (evidence.requests.manifest_pulls, evidence.requests.round_trips) == (9, 5)


class TestRoundTripsInAWorker:
    """How many requests wait for each other in a process that has looked at another image of the registry before."""

    async def test_nobody_signed(self, plain: Signed, sigstore: PrivateSigstore) -> None:
        plain.image()
        assert await warm_depth(plain, sigstore, signatures=0) == 3  # index, manifests, documents

    async def test_signed_by_a_tag(self, plain: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
        index, *_ = plain.image()
        plain.sig_tag(index, sigstore.sig_layer(index, signer))
        assert await warm_depth(plain, sigstore) == 4  # index, tags, manifest, signature

    @pytest.mark.parametrize("place", [0, 1, 2])
    async def test_signed_by_a_referrer(
        self, plain: Signed, sigstore: PrivateSigstore, signer: Signer, place: int
    ) -> None:
        about = plain.image()[place]
        plain.bundle(about, sigstore.bundle(statement(about), signer))
        assert await warm_depth(plain, sigstore) == 4  # index, referrers, manifest, signature

    async def test_without_the_api(self, sigstore: PrivateSigstore, signer: Signer) -> None:
        async with FakeRegistry(referrers=Referrers.NONE) as registry:
            signed = Signed(registry)
            about = signed.image()[1]
            signed.bundle(about, sigstore.bundle(statement(about), signer))
            assert await warm_depth(signed, sigstore) == 5  # index, tags, list of referrers, manifest, signature


async def warm_depth(image: Signed, sigstore: PrivateSigstore, *, signatures: int = 1) -> int:
    async with opened(image.registry) as registry:
        options = GatherOptions(recheck_tag=True)
        search = SignatureFinder(sigstore.trust, clock=lambda: TODAY)
        await gather(image.reference, registry, options, search=search)
        evidence = await gather(image.reference, registry, options, search=search)
    assert [one.state for one in evidence.signatures] == [SignatureState.VALID] * signatures
    return evidence.requests.round_trips
