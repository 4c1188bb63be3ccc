"""Docker's own images: envelopes inside attestation manifests, and Hardened Images with a second registry."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.attestations.provenance import Provenance
from bot.attestations.statement import SLSA_V1
from bot.context import Context
from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.oci.reference import Reference
from bot.rules import Outcome
from bot.rules.signature_missing import rule as signature_missing
from bot.signatures.finder import SignatureFinder
from bot.signatures.keys import NamedKey
from bot.signatures.roots.root import Trust
from bot.signatures.signature import Layout, SignatureState
from tests.attestations.predicates import v1
from tests.evidence.building import NAME, OCI_MANIFEST, TAG
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.private_fulcio import Signer, new_key
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_faults import Status
from tests.registry_shelf import descriptor
from tests.signatures.judged import TODAY
from tests.signatures.signing import Signed
from tests.signatures.test_docker import envelope

SIGSTORE = PrivateSigstore()
DOCKER = Signer(new_key())
KEY = NamedKey("docker", DOCKER.public)
PROVENANCE = "application/vnd.in-toto.provenance+dsse"


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


class TestOfficialImages:
    def image(self, signed: Signed) -> str:
        amd64 = signed.platform("linux/amd64")
        content = statement(amd64["digest"], SLSA_V1, v1())
        layer = signed.layer(json.dumps(envelope(SIGSTORE, DOCKER, content)).encode(), SLSA_V1, media_type=PROVENANCE)
        signed.index(amd64, signed.attestation(amd64, layer))
        return str(amd64["digest"])

    async def test_with_docker_s_key_in_the_policy(self, signed: Signed) -> None:
        amd64 = self.image(signed)
        evidence = await signed.found(SIGSTORE.trust(KEY))
        (signature,) = evidence.signatures
        assert (signature.layout, signature.state, signature.digest) == (Layout.DOCKER_DSSE, "valid", amd64)
        assert (signature.key_name, signature.predicate_type) == ("docker", SLSA_V1)

    async def test_without_it_the_statement_counts_and_the_signature_is_named(self, signed: Signed) -> None:
        self.image(signed)
        evidence = await signed.found(SIGSTORE.trust())
        (signature,) = evidence.signatures
        assert (signature.layout, signature.state) == (Layout.DOCKER_DSSE, SignatureState.UNVERIFIABLE)
        assert isinstance(evidence.platforms[0].provenance, Provenance)


class TestHardenedImages:
    """The index says that it is one; its statements are referrers in Docker's second registry, and signed there."""

    @pytest.fixture
    async def scout(self) -> AsyncIterator[Signed]:
        async with FakeRegistry() as registry:
            yield Signed(registry)

    async def found(self, signed: Signed, scout: Signed, trust: Trust) -> Evidence:
        mirrors = {"docker.io": signed.registry.host, "registry.scout.docker.com": scout.registry.host}
        async with opened(signed.registry, scout.registry, mirrors=mirrors) as registry:
            image = Reference("docker.io", NAME, TAG)
            return await gather(image, registry, search=SignatureFinder(lambda: trust, clock=lambda: TODAY))

    def image(self, signed: Signed, scout: Signed, *, key: Signer | None = DOCKER) -> tuple[str, str]:
        """One platform with provenance elsewhere; the digests of platform and statement."""
        amd64 = signed.platform("linux/amd64")
        signed.index(amd64, annotations={"org.opencontainers.image.title": "dhi/app"})
        layer = scout.blob(statement(amd64["digest"], SLSA_V1, v1()), "application/vnd.in-toto+json")
        told = {"annotations": {"in-toto.io/predicate-type": SLSA_V1}}
        subject = {"subject": descriptor(b"", OCI_MANIFEST) | {"digest": amd64["digest"]}}
        stated = scout.referrer(amd64["digest"], [layer], "application/vnd.in-toto+json", **told, **subject)
        if key is not None:
            made = SIGSTORE.sig_layer(stated, key, log=False)
            signature = scout.blob(made["data"], made["media_type"], **made["annotations"])
            scout.referrer(stated, [signature], "application/vnd.dev.cosign.artifact.sig.v1+json")
        return str(amd64["digest"]), stated

    async def test_with_docker_s_key_in_the_policy(self, signed: Signed, scout: Signed) -> None:
        amd64, _ = self.image(signed, scout)
        evidence = await self.found(signed, scout, SIGSTORE.trust(KEY))
        (signature,) = evidence.signatures
        assert (signature.layout, signature.state, signature.digest) == (Layout.DHI, SignatureState.VALID, amd64)
        assert signature.predicate_type == SLSA_V1
        assert isinstance(evidence.platforms[0].provenance, Provenance)
        assert evidence.platforms[0].where == "referrer"

    async def test_without_it_present_and_not_verified(self, signed: Signed, scout: Signed) -> None:
        self.image(signed, scout)
        (signature,) = (await self.found(signed, scout, SIGSTORE.trust())).signatures
        assert (signature.layout, signature.state) == (Layout.DHI, SignatureState.UNVERIFIABLE)

    async def test_a_statement_that_nobody_signed_counts_and_is_unsigned(self, signed: Signed, scout: Signed) -> None:
        self.image(signed, scout, key=None)
        evidence = await self.found(signed, scout, SIGSTORE.trust(KEY))
        assert evidence.signatures == ()
        assert isinstance(evidence.platforms[0].provenance, Provenance)

    @pytest.mark.parametrize("about", ["platform", "statement"])
    async def test_a_second_registry_that_does_not_answer_is_not_an_empty_one(
        self, signed: Signed, scout: Signed, about: str
    ) -> None:
        amd64, stated = self.image(signed, scout)
        scout.registry.fault(f"/referrers/{amd64 if about == 'platform' else stated}", Status(403))
        evidence = await self.found(signed, scout, SIGSTORE.trust(KEY))
        assert evidence.signatures == ()
        assert any("referrers" in one.reason for one in evidence.signatures_unreadable)
        assert {one.outcome for one in signature_missing.findings(Context(evidence))} == {Outcome.UNKNOWN}

    async def test_other_kinds_of_statements_are_left_alone(self, signed: Signed, scout: Signed) -> None:
        amd64, _ = self.image(signed, scout, key=None)
        layer = scout.blob(b"{}", "application/vnd.in-toto+json")
        scout.referrer(amd64, [layer], "application/vnd.in-toto+json")
        await self.found(signed, scout, SIGSTORE.trust(KEY))
        assert scout.registry.count("GET", layer["digest"]) == 0

    async def test_an_image_elsewhere_does_not_make_us_ask_docker(self, signed: Signed, scout: Signed) -> None:
        self.image(signed, scout)
        async with opened(signed.registry, mirrors={"registry.scout.docker.com": scout.registry.host}) as registry:
            image = Reference.parse(f"{signed.registry.host}/{NAME}:{TAG}")
            await gather(image, registry, search=SignatureFinder(lambda: SIGSTORE.trust(KEY)))
        assert scout.registry.requests == []
