"""Everything that is signed is found: each layout, each place, with the referrers API and without."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.attestations.provenance import Provenance
from bot.attestations.sbom import Sbom
from bot.attestations.statement import COSIGN_SIGN, SLSA_V1, SPDX
from bot.evidence import Evidence
from bot.signatures.finder import SignatureFinder
from bot.signatures.keys import NamedKey
from bot.signatures.roots.root import Trust
from bot.signatures.signature import Layout, Signature, SignatureState
from tests.attestations.predicates import v1
from tests.fake_registry import FakeRegistry, Referrers
from tests.private_fulcio import WORKFLOW, Signer, new_key
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.judged import OTHER
from tests.signatures.signing import Signed, look

SPDX_DOCUMENT = {"spdxVersion": "SPDX-2.3", "name": "app", "packages": [{"name": "musl", "versionInfo": "1"}]}


@pytest.fixture(params=[Referrers.API, Referrers.NONE, Referrers.ELSEWHERE, Referrers.EMPTY], ids=lambda one: one.name)
async def signed(request: pytest.FixtureRequest) -> AsyncIterator[Signed]:
    """A registry of each kind; all but the first keep referrers under the fallback tag, and lie about their type."""
    lying = request.param is not Referrers.API
    async with FakeRegistry(referrers=request.param, lying_fallback=lying) as registry:
        yield Signed(registry)


def only(evidence: Evidence) -> Signature:
    assert evidence.signatures_searched
    assert evidence.signatures_unreadable == ()
    (signature,) = evidence.signatures
    return signature


def is_signed(evidence: Evidence, layout: Layout, about: str) -> Signature:
    """One signature, valid, in that layout, about that digest."""
    signature = only(evidence)
    assert (signature.state, signature.layout, signature.digest) == (SignatureState.VALID, layout, about), signature
    return signature


async def test_nobody_signed(signed: Signed, sigstore: PrivateSigstore) -> None:
    signed.image()
    evidence = await signed.found(sigstore.trust())
    assert (evidence.signatures, evidence.signatures_unreadable) == ((), ())
    assert evidence.signatures_searched


async def test_cosign_s_tag_on_the_index(signed: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    index, *_ = signed.image()
    manifest = signed.sig_tag(index, sigstore.sig_layer(index, signer))
    signature = is_signed(await signed.found(sigstore.trust()), Layout.COSIGN_TAG, index)
    assert (signature.identity, signature.manifest) == (WORKFLOW, manifest)


async def test_cosign_s_tag_on_a_platform(signed: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    _, amd64, _ = signed.image()
    signed.sig_tag(amd64, sigstore.sig_layer(amd64, signer))
    is_signed(await signed.found(sigstore.trust()), Layout.COSIGN_TAG, amd64)


async def test_a_bundle_on_the_index(signed: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    index, *_ = signed.image()
    signed.bundle(index, sigstore.bundle(statement(index), signer))
    is_signed(await signed.found(sigstore.trust()), Layout.BUNDLE, index)


async def test_a_bundle_on_a_platform(signed: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    *_, arm64 = signed.image()
    signed.bundle(arm64, sigstore.bundle(statement(arm64), signer))
    is_signed(await signed.found(sigstore.trust()), Layout.BUNDLE, arm64)


async def test_a_bundle_on_an_attestation_manifest(signed: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    """What docker/github-builder signs."""
    signed.image()
    about = signed.attestations[0]
    signed.bundle(about, sigstore.bundle(statement(about), signer))
    is_signed(await signed.found(sigstore.trust()), Layout.BUNDLE, about)


async def test_a_referrer_in_cosign_s_experimental_form(
    signed: Signed, sigstore: PrivateSigstore, signer: Signer
) -> None:
    index, *_ = signed.image()
    made = sigstore.sig_layer(index, signer)
    layer = signed.blob(made["data"], made["media_type"], **made["annotations"])
    signed.referrer(index, [layer], "application/vnd.dev.cosign.artifact.sig.v1+json")
    is_signed(await signed.found(sigstore.trust()), Layout.COSIGN_REFERRER, index)


async def test_a_key(plain: Signed, sigstore: PrivateSigstore) -> None:
    index, *_ = plain.image()
    holder = Signer(new_key())
    plain.sig_tag(index, sigstore.sig_layer(index, holder, log=False))
    evidence = await plain.found(sigstore.trust(NamedKey("release", holder.public)))
    assert is_signed(evidence, Layout.COSIGN_TAG, index).key_name == "release"


async def test_one_good_layer_among_others_is_there_and_so_are_they(
    plain: Signed, sigstore: PrivateSigstore, signer: Signer
) -> None:
    index, *_ = plain.image()
    bad, good = sigstore.sig_layer(OTHER, signer), sigstore.sig_layer(index, signer)
    plain.sig_tag(index, bad, good, good)
    evidence = await plain.found(sigstore.trust())
    assert [one.state for one in evidence.signatures] == ["invalid", "valid"]
    assert "about another digest" in evidence.signatures[0].reason


class TestStatementsCount:
    """Signed statements feed the rules on presence, as what stands in the index does."""

    async def test_provenance_of_github_s(self, signed: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
        index, *_ = _bare(signed)
        signed.bundle(index, sigstore.bundle(statement(index, SLSA_V1, v1()), signer))
        evidence = await signed.found(sigstore.trust())
        is_signed(evidence, Layout.BUNDLE, index)
        for platform in evidence.platforms:
            assert isinstance(platform.provenance, Provenance)
            assert platform.where == "referrer"

    async def test_an_sbom_of_cosign_s(self, signed: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
        _, amd64, _ = _bare(signed)
        signed.sig_tag(amd64, sigstore.att_layer(statement(amd64, SPDX, SPDX_DOCUMENT), signer), suffix="att")
        evidence = await signed.found(sigstore.trust())
        assert is_signed(evidence, Layout.COSIGN_TAG, amd64).predicate_type == SPDX
        assert isinstance(evidence.platforms[0].sbom, Sbom)
        assert evidence.platforms[1].sbom is None

    async def test_one_that_cannot_be_judged_counts_as_unsigned_ones_do(
        self, plain: Signed, sigstore: PrivateSigstore
    ) -> None:
        index, *_ = _bare(plain)
        content = statement(index, SLSA_V1, v1())
        plain.sig_tag(index, sigstore.att_layer(content, Signer(new_key())), suffix="att")
        evidence = await plain.found(sigstore.trust())
        assert only(evidence).state is SignatureState.UNVERIFIABLE
        assert isinstance(evidence.platforms[0].provenance, Provenance)
        assert evidence.platforms[0].where == "cosign-tag"

    async def test_one_that_was_refused_counts_for_nothing(
        self, plain: Signed, sigstore: PrivateSigstore, signer: Signer
    ) -> None:
        index, *_ = _bare(plain)
        made = sigstore.bundle(statement(index, SLSA_V1, v1()), signer)
        made["dsseEnvelope"]["signatures"][0]["sig"] = "MAA="
        plain.bundle(index, made)
        evidence = await plain.found(sigstore.trust())
        assert only(evidence).state is SignatureState.INVALID
        assert evidence.platforms[0].provenance is None

    async def test_one_about_another_digest_is_invalid_and_counts_for_nothing(
        self, plain: Signed, sigstore: PrivateSigstore, signer: Signer
    ) -> None:
        index, *_ = _bare(plain)
        plain.bundle(index, sigstore.bundle(statement(OTHER, SLSA_V1, v1()), signer))
        evidence = await plain.found(sigstore.trust())
        assert (only(evidence).state, only(evidence).identity) == (SignatureState.INVALID, "")
        assert evidence.platforms[0].provenance is None

    async def test_a_plain_image_signature_is_no_statement(
        self, plain: Signed, sigstore: PrivateSigstore, signer: Signer
    ) -> None:
        index, *_ = _bare(plain)
        plain.bundle(index, sigstore.bundle(statement(index, COSIGN_SIGN), signer))
        evidence = await plain.found(sigstore.trust())
        assert all(platform.statements == () for platform in evidence.platforms)

    async def test_a_plain_sbom_under_its_tag(self, plain: Signed, sigstore: PrivateSigstore) -> None:
        index, *_ = _bare(plain)
        document = {"data": json.dumps(SPDX_DOCUMENT).encode(), "media_type": "text/spdx+json", "annotations": {}}
        plain.sig_tag(index, document, suffix="sbom")
        evidence = await plain.found(sigstore.trust())
        assert evidence.signatures == ()
        assert isinstance(evidence.platforms[1].sbom, Sbom)


async def test_two_runs_of_the_same_signer_are_two_signatures(
    plain: Signed, sigstore: PrivateSigstore, signer: Signer
) -> None:
    index, *_ = plain.image()
    plain.sig_tag(index, sigstore.sig_layer(index, signer))
    plain.bundle(index, sigstore.bundle(statement(index), signer))
    evidence = await plain.found(sigstore.trust())
    assert {one.layout for one in evidence.signatures} == {Layout.COSIGN_TAG, Layout.BUNDLE}


async def test_a_list_of_referrers_that_names_one_of_another_digest(
    plain: Signed, sigstore: PrivateSigstore, signer: Signer
) -> None:
    """A fallback tag is written by clients; what it lists must itself name this digest."""
    plain.registry.referrers = Referrers.NONE
    index, amd64, _ = plain.image()
    foreign = plain.bundle(amd64, sigstore.bundle(statement(index), signer))
    stored = plain.repository.manifests[foreign]
    listed = {"mediaType": stored.media_type, "digest": foreign, "size": len(stored.data)}
    fallback = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [listed]}
    plain.registry.push_manifest("team/app", fallback, tag=index.replace(":", "-"))
    evidence = await plain.found(sigstore.trust())
    assert evidence.signatures == ()
    assert any("names another subject" in note for note in evidence.notes)


async def test_roots_are_read_only_when_there_is_something_to_judge(plain: Signed) -> None:
    def never() -> Trust:
        raise AssertionError("nobody signed, so nobody needs a root")

    plain.image()
    assert (await look(plain, SignatureFinder(never))).signatures == ()


def _bare(signed: Signed) -> tuple[str, str, str]:
    """An image without any attestation in its index."""
    amd64, arm64 = signed.platform("linux/amd64"), signed.platform("linux/arm64")
    return signed.index(amd64, arm64), amd64["digest"], arm64["digest"]
