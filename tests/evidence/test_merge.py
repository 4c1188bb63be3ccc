"""What a search for signatures brings, merged into the evidence."""

from dataclasses import dataclass, field

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.reading import StatementEvidence
from bot.attestations.sbom import Sbom
from bot.evidence import Evidence, Unreadable
from bot.evidence.gather import gather
from bot.oci.registry import Registry
from bot.signatures.search import AttachedStatement, EnvelopeLayer, KnownImage, SearchResult
from bot.signatures.signature import Layout, Signature, SignatureState
from bot.values import replace
from tests.attestations.predicates import BUILT, base64, statement, v1
from tests.evidence.building import Builder
from tests.oci.opened import opened
from tests.registry_shelf import encode

MAX = v1(internal={"buildConfig": BUILT})
FOREIGN = Provenance("v1", Mode.FOREIGN, builder_id="https://github.com/actions/runner/github-hosted")
STATEMENT = StatementEvidence("sha256:" + "1" * 64, "sha256:" + "2" * 64, "https://slsa.dev/provenance/v1")
BUNDLE = AttachedStatement("", "referrer", STATEMENT, provenance=FOREIGN)  # about the index
BOTH = ("linux/amd64", "linux/arm64")


@dataclass
class Pretended:
    """A search that brings what it was given, and keeps what it was told."""

    found: SearchResult = field(default_factory=SearchResult)
    known: KnownImage | None = None
    sealed: tuple[EnvelopeLayer, ...] = ()

    async def search(self, known: KnownImage, registry: Registry) -> SearchResult:
        del registry
        self.known = known
        attached = tuple(replace(one, digest=known.digest) if not one.digest else one for one in self.found.attached)
        return replace(self.found, attached=attached)

    def judge(self, sealed: tuple[EnvelopeLayer, ...]) -> tuple[Signature, ...]:
        self.sealed = sealed
        return tuple(_signature(one.digest, Layout.DOCKER_DSSE) for one in sealed)


def _signature(digest: str, layout: Layout = Layout.COSIGN_TAG) -> Signature:
    return Signature(layout, digest, "sha256:" + "3" * 64, SignatureState.VALID)


async def looked(image: Builder, search: Pretended) -> Evidence:
    async with opened(image.registry) as registry:
        return await gather(image.reference, registry, search=search)


async def test_the_search_knows_the_index_before_its_children_are_read(image: Builder) -> None:
    amd64, arm64 = (image.platform(name) for name in BOTH)
    attestation = image.attestation(amd64, image.statement(amd64, MAX))
    digest = image.index(amd64, arm64, attestation, annotations={"a": "b"})
    search = Pretended(
        SearchResult(signatures=(_signature(digest),), notes=("a note",), unreadable=(Unreadable("no"),))
    )
    evidence = await looked(image, search)
    assert search.known == KnownImage(
        image=image.reference.at(digest),
        platforms=(amd64["digest"], arm64["digest"]),
        attestation_manifests=(attestation["digest"],),
        linked=(attestation["digest"],),
        annotations=(("a", "b"),),
    )
    assert evidence.signatures_searched
    assert (evidence.signatures, evidence.notes) == ((_signature(digest),), ("a note",))
    assert evidence.signatures_unreadable == (Unreadable("no"),)


async def test_without_a_search_it_is_said_that_nobody_searched(image: Builder) -> None:
    image.index(image.platform())
    assert not (await image.gather()).signatures_searched


async def test_a_statement_about_the_index_counts_for_every_platform(image: Builder) -> None:
    amd64, arm64 = (image.platform(name) for name in BOTH)
    image.index(amd64, arm64)
    sbom = Sbom("spdx", "2.3", 3, 0)
    attached = (
        AttachedStatement("", "referrer", STATEMENT, provenance=FOREIGN),
        AttachedStatement("", "cosign-tag", STATEMENT, sbom=sbom),
    )
    for platform in (await looked(image, Pretended(SearchResult(attached=attached)))).platforms:
        assert (platform.provenance, platform.where) == (FOREIGN, "referrer")
        assert (platform.sbom, len(platform.statements)) == (sbom, 2)


async def test_a_statement_about_one_platform_counts_for_it_alone(image: Builder) -> None:
    amd64, arm64 = (image.platform(name) for name in BOTH)
    image.index(amd64, arm64)
    attached = (AttachedStatement(arm64["digest"], "referrer", STATEMENT, provenance=FOREIGN),)
    first, second = (await looked(image, Pretended(SearchResult(attached=attached)))).platforms
    assert (first.provenance, second.provenance) == (None, FOREIGN)


async def test_what_stands_in_the_index_is_not_hidden_by_another_builders_word(image: Builder) -> None:
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.statement(amd64, v1())))
    (platform,) = (await looked(image, Pretended(SearchResult(attached=(BUNDLE,))))).platforms
    assert isinstance(platform.provenance, Provenance)
    assert (platform.provenance.mode, platform.where) == (Mode.MIN, "index")
    assert len(platform.provenances) == 2


async def test_an_unread_statement_in_the_index_stays_unknown(image: Builder) -> None:
    amd64 = image.platform()
    attestation = image.attestation(amd64, image.statement(amd64, MAX))
    image.index(amd64, attestation)
    image.lose(attestation)
    (platform,) = (await looked(image, Pretended(SearchResult(attached=(BUNDLE,))))).platforms
    assert isinstance(platform.provenance, Unreadable)
    assert platform.provenances == (FOREIGN,)


async def test_an_unread_bundle_is_unknown_only_where_nothing_else_is(image: Builder) -> None:
    amd64, arm64 = (image.platform(name) for name in BOTH)
    image.index(amd64, arm64, image.attestation(amd64, image.statement(amd64, MAX)))
    unread = AttachedStatement("", "referrer", STATEMENT, Unreadable("no"), Unreadable("no"))
    first, second = (await looked(image, Pretended(SearchResult(attached=(unread,))))).platforms
    assert isinstance(first.provenance, Provenance)
    assert (second.provenance, second.sbom) == (Unreadable("no"), Unreadable("no"))


async def test_envelopes_are_handed_to_whoever_judges_signatures(image: Builder) -> None:
    amd64 = image.platform()
    payload = base64(statement(MAX, about=amd64["digest"]).decode())
    envelope = encode({"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": [{"sig": "x"}]})
    kind = "application/vnd.in-toto.provenance+dsse"
    attestation = image.attestation(amd64, image.layer(envelope, media_type=kind))
    image.index(amd64, attestation)
    search = Pretended()
    evidence = await looked(image, search)
    assert search.sealed == (EnvelopeLayer(envelope, amd64["digest"], attestation["digest"], kind),)
    assert evidence.signatures == (_signature(amd64["digest"], Layout.DOCKER_DSSE),)
    assert isinstance(evidence.platforms[0].provenance, Provenance)
