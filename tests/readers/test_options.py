"""What tools find with an option, in somebody's second registry, or do not find because of what stands beside it."""

import pytest

from bot.context import ExpectedIdentity
from bot.evidence import Evidence
from bot.oci.referrer_list import ListedBy
from bot.readers.reader import EvidenceKind, Reader
from bot.readers.seeing import LIST_AGAIN
from bot.signatures.discovery import ReferrerListing, Source
from bot.signatures.reason import SignatureReason
from bot.signatures.search import AttachedStatement
from bot.signatures.signature import Layout, SignatureState
from bot.unreadable import UnknownReason, Unreadable
from bot.values import replace
from tests.fake_registry import FakeRegistry
from tests.making import digest, image, platform, provenance, sbom, signature, statement
from tests.private_fulcio import WORKFLOW, Signer
from tests.private_sigstore import statement as about
from tests.readers.seeing import SIGSTORE, SLSA, SPDX, looked, seen
from tests.readers.test_seeing import BUILDKIT, SPDX_DOCUMENT
from tests.signatures.signing import BUNDLE, NOTATION, Signed

SIGNATURE, PROVENANCE, SBOM = EvidenceKind.SIGNATURE, EvidenceKind.PROVENANCE, EvidenceKind.SBOM
OTHER = "https://github.com/acme/other/.github/workflows/scan.yml@refs/heads/main"
TYPES = {Layout.BUNDLE: BUNDLE, Layout.NOTATION: NOTATION}
BARE = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())


@pytest.fixture(scope="module")
def signer() -> Signer:
    return SIGSTORE.signer()


@pytest.mark.parametrize(
    ("reader", "layout", "option"),
    [
        (Reader.COSIGN_2, Layout.BUNDLE, "--new-bundle-format"),
        (Reader.COSIGN_2, Layout.COSIGN_REFERRER, "--experimental-oci11"),
        (Reader.COSIGN_3, Layout.COSIGN_REFERRER, "--experimental-oci11"),
        (Reader.KYVERNO_COSIGN, Layout.COSIGN_REFERRER, "cosignOCI11"),
        (Reader.POLICY_CONTROLLER, Layout.COSIGN_REFERRER, "enable-oci11"),
    ],
)
def test_an_option_that_few_set_is_named(reader: Reader, layout: Layout, option: str) -> None:
    """The option is there: to say that cosign 2.6 cannot read bundles would be false."""
    sight = seen(image(BARE, signatures=(signature(layout=layout),)), reader)[reader][SIGNATURE]
    assert sight.state == "unseen"
    assert f"looked for only with `{option}" in sight.why


def test_provenance_that_is_signed_is_not_said_to_be_where_cosign_never_looks() -> None:
    """Under .att cosign looks for statements, and not for the image's signature."""
    signed = signature(predicate_type=SLSA)
    sight = seen(image(BARE, signatures=(signed,)), Reader.COSIGN_2)[Reader.COSIGN_2][SIGNATURE]
    assert (sight.state, sight.why) == ("unseen", "it is under cosign's tag .att, where it is not looked for")


async def test_another_bundle_of_the_same_signer_passes_for_the_signature(signer: Signer) -> None:
    """`cosign verify` and Kyverno accept the bundle of any signed statement about the digest."""
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
        signed.bundle(index, SIGSTORE.bundle(about(index, SPDX, SPDX_DOCUMENT), signer))
        found = await looked(signed)
    tools = seen(found)
    assert tools[Reader.HARBOR][SIGNATURE].why == ""  # it finds the tag, too
    for reader in (Reader.COSIGN_3, Reader.KYVERNO_SIGSTORE_BUNDLE):
        assert tools[reader][SIGNATURE].state == "seen"
        assert "holds another statement" in tools[reader][SIGNATURE].why
    assert tools[Reader.GH_ATTESTATION][SIGNATURE].state == "unseen"


async def test_what_is_not_a_bundle_may_not_hide_the_tag(signer: Signer) -> None:
    """What cosign cannot read it skips, and nobody here knows what that is."""
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
        signed.referrer(index, [signed.blob(b"{", BUNDLE)], BUNDLE)
        found = await looked(signed)
    sight = seen(found)[Reader.COSIGN_3][SIGNATURE]
    assert (sight.state, sight.code) == ("unknown", UnknownReason.UNVERIFIABLE)


async def test_kyverno_refuses_a_long_list(signer: Signer) -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.bundle(index, SIGSTORE.bundle(about(index), signer))
        for number in range(50):
            signed.referrer(index, [], f"application/vnd.acme.{number}")
        found = await looked(signed)
    tools = seen(found)
    assert tools[Reader.COSIGN_3][SIGNATURE].state == "seen"
    kyverno = tools[Reader.KYVERNO_SIGSTORE_BUNDLE][SIGNATURE]
    assert kyverno.state == "unseen"
    assert kyverno.why.startswith("51 manifests refer to that digest")


async def test_a_statement_of_an_expected_signer_counts_and_not_one_of_somebody_else(signer: Signer) -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index = signed.index(signed.platform("linux/amd64"))
        content = about(index, SLSA, BUILDKIT)
        signed.sig_tag(index, SIGSTORE.att_layer(content, SIGSTORE.signer(OTHER)), suffix="att")
        signed.bundle(index, SIGSTORE.bundle(content, signer))
        found = await looked(signed)
    issuer = found.signatures[0].issuer
    named = (ExpectedIdentity(issuer, WORKFLOW.replace(".", r"\.")),)
    assert seen(found, Reader.COSIGN_2)[Reader.COSIGN_2][PROVENANCE].state == "seen"
    assert seen(found, Reader.COSIGN_2, identities=named)[Reader.COSIGN_2][PROVENANCE].state == "unseen"
    assert seen(found, Reader.COSIGN_3, identities=named)[Reader.COSIGN_3][PROVENANCE].state == "seen"


def hardened() -> Evidence:
    """As Docker publishes them: statements about a platform, in the second registry."""
    kinds = (SLSA, "https://cyclonedx.org/bom/v1.6")
    told = [statement(kind, manifest=digest(kind), annotated_type=kind) for kind in kinds]
    one = platform(where="referrer", statements=(), attestation_manifests=())
    held = (
        AttachedStatement(one.digest, "referrer", told[0], provenance(), source=Source.HARDENED),
        AttachedStatement(one.digest, "referrer", told[1], sbom=sbom(), source=Source.HARDENED),
    )
    return image(one, attached=held, annotations=(("org.opencontainers.image.title", "dhi/python"),))


def test_docker_scout_finds_what_docker_says_that_it_lists() -> None:
    tools = seen(hardened(), Reader.DOCKER_SCOUT, Reader.COSIGN_2)
    scout = tools[Reader.DOCKER_SCOUT]
    assert (scout[PROVENANCE].state, scout[SBOM].state) == ("seen", "seen")
    assert "registry.scout.docker.com" in tools[Reader.COSIGN_2][PROVENANCE].why


def test_nobody_says_absent_when_dockers_second_registry_did_not_answer() -> None:
    failed = (Unreadable("registry.scout.docker.com: timed out", UnknownReason.UNSEARCHED),)
    named = (("org.opencontainers.image.title", "dhi/python"),)
    ours, theirs = (
        image(BARE, signatures_unreadable=failed),
        image(BARE, signatures_unreadable=failed, annotations=named),
    )
    theirs = replace(theirs, image=replace(theirs.image, registry="docker.io"))
    assert seen(ours, Reader.DOCKER_SCOUT)[Reader.DOCKER_SCOUT][PROVENANCE].state == "absent"
    assert seen(theirs, Reader.DOCKER_SCOUT)[Reader.DOCKER_SCOUT][PROVENANCE].state == "unknown"


def test_what_the_fallback_tag_alone_lists_cannot_be_copied_from_there() -> None:
    """`oras copy` asks the API, too, and pushes nothing that is already there."""
    one = signature(layout=Layout.BUNDLE)
    told = ReferrerListing(digest("index"), one.manifest, BUNDLE, ListedBy.TAG_ALONE)
    sight = seen(image(BARE, signatures=(one,), listed=(told,)), Reader.COSIGN_3)[Reader.COSIGN_3][SIGNATURE]
    assert sight.fix == LIST_AGAIN
    assert "oras" not in sight.fix


def test_a_type_as_long_as_somebody_liked_leaves_room_for_the_sentence() -> None:
    one = signature(layout=Layout.BUNDLE)
    told = ReferrerListing(digest("index"), one.manifest, "x" * 100_000, ListedBy.API)
    found = image(BARE, signatures=(one,), listed=(told,))
    sight = seen(found, Reader.KYVERNO_SIGSTORE_BUNDLE)[Reader.KYVERNO_SIGSTORE_BUNDLE][SIGNATURE]
    assert len(sight.why) < 300
    assert sight.why.endswith("application/vnd.dev.sigstore.bundle… is opened")


def test_an_sbom_elsewhere_does_not_hide_that_the_index_could_not_be_read() -> None:
    """The index may hold one: that buildx misses it would be a guess."""
    part = Unreadable("the manifest timed out")
    unread = platform(statements=(statement("", unreadable=part),), provenance=part)
    held = AttachedStatement(digest("index"), "referrer", statement(SPDX), sbom=sbom(), source=Source.REFERRER)
    found = image(unread, attached=(held,))
    sight = seen(found, Reader.BUILDX_IMAGETOOLS)[Reader.BUILDX_IMAGETOOLS][SBOM]
    assert (sight.state, sight.code) == ("unknown", UnknownReason.UNREADABLE)
    read = replace(found, platforms=(replace(unread, statements=(statement(SLSA, unreadable=part),)),))
    assert seen(read, Reader.BUILDX_IMAGETOOLS)[Reader.BUILDX_IMAGETOOLS][SBOM].state == "unseen"


@pytest.mark.parametrize(
    ("reader", "there", "ours"),
    [
        (Reader.NOTATION, Layout.NOTATION, Layout.COSIGN_TAG),
        (Reader.COSIGN_2, Layout.COSIGN_TAG, Layout.BUNDLE),
        (Reader.KYVERNO_SIGSTORE_BUNDLE, Layout.BUNDLE, Layout.COSIGN_TAG),
    ],
)
def test_a_signature_that_only_its_users_can_verify_may_be_what_they_find(
    reader: Reader, there: Layout, ours: Layout
) -> None:
    """The policy names no key or certificate for it, and the tool's users may have theirs."""
    theirs = signature(
        SignatureState.UNVERIFIABLE, layout=there, code=SignatureReason.NO_KEY, manifest=digest("theirs")
    )
    listed = (ReferrerListing(digest("index"), digest("theirs"), TYPES.get(there, ""), ListedBy.API),)
    found = image(BARE, signatures=(signature(layout=ours), theirs), listed=listed)
    sight = seen(found, reader)[reader][SIGNATURE]
    assert (sight.state, sight.code) == ("unknown", UnknownReason.NO_KEY)
    alone = replace(found, signatures=(signature(layout=ours),))
    assert seen(alone, reader)[reader][SIGNATURE].state == "unseen"
