"""What one check of an image of two platforms with provenance asks for, by kind, on registries of several makes."""

from typing import Final

import pytest

from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci import head_trust
from bot.oci.listed_tags import ListedTags
from bot.oci.remembering import RememberingRegistry
from bot.signatures.finder import SignatureFinder
from tests.asked_kinds import Kind, kinds
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import opened
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_auth import Auth
from tests.registry_faults import Status
from tests.signatures.judged import TODAY
from tests.signatures.signing import Signed

ITS_OWN: Final = {Kind.TAG: 1, Kind.MANIFEST: 4, Kind.BLOB: 4}
"""The index; the manifests of two platforms and of two attestations; two statements and two configurations."""

BY_LIST: Final = {Kind.LIST: 1, Kind.EVIDENCE_HEAD: 4}
"""One list for all that hangs on the children; four HEADs for what hangs on the index, and a list may hide."""

TRUST: Final = {Kind.MANIFEST_HEAD: 1}
"""Whether a HEAD means anything there."""


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (Referrers.API, 5),
        (Referrers.EMPTY, 5),  # Docker Hub right after a push
        (Referrers.BAD_REQUEST, 5),  # says something of each digest alone
        (Referrers.NONE, 1),
        (Referrers.ELSEWHERE, 1),
        (Referrers.LOGIN_PAGE, 1),
    ],
)
async def test_nobody_signed(kind: Referrers, asked: int, sigstore: PrivateSigstore) -> None:
    async with FakeRegistry(referrers=kind) as fake:
        signed = Signed(fake)
        signed.image()
        assert not (await signed.found(sigstore.trust())).signatures
    assert kinds(fake) == ITS_OWN | BY_LIST | TRUST | {Kind.REFERRERS: asked}


async def test_a_registry_whose_404_is_known(monkeypatch: pytest.MonkeyPatch, sigstore: PrivateSigstore) -> None:
    """Docker Hub, GitHub's and Quay."""
    async with FakeRegistry() as fake:
        monkeypatch.setattr(head_trust, "PLAIN", frozenset({fake.host}))
        signed = Signed(fake)
        signed.image()
        await signed.found(sigstore.trust())
    assert kinds(fake) == ITS_OWN | BY_LIST | {Kind.REFERRERS: 5}


async def test_a_registry_that_is_not_asked_for_lists_of_tags(
    monkeypatch: pytest.MonkeyPatch, sigstore: PrivateSigstore
) -> None:
    """As quay.io: each tag is asked for, of the index and of both platforms; and an older list of its referrers."""
    monkeypatch.setattr(ListedTags, "_is_worth_it", lambda *_: False)
    async with FakeRegistry() as fake:
        signed = Signed(fake)
        signed.image()
        await signed.found(sigstore.trust())
    assert kinds(fake) == ITS_OWN | TRUST | {Kind.REFERRERS: 5, Kind.EVIDENCE_HEAD: 3 * 3 + 5 - 2}


async def test_signed_by_a_tag(plain: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    """The list has it, so it is read without a HEAD before."""
    index, *_ = plain.image()
    plain.sig_tag(index, sigstore.sig_layer(index, signer))
    evidence = await plain.found(sigstore.trust())
    assert [one.state for one in evidence.signatures] == ["valid"]
    assert kinds(plain.registry) == ITS_OWN | BY_LIST | TRUST | {
        Kind.BLOB: 5,
        Kind.EVIDENCE: 1,
        Kind.EVIDENCE_HEAD: 3,
        Kind.REFERRERS: 5,
    }


async def test_signed_by_a_referrer(plain: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    index, *_ = plain.image()
    plain.bundle(index, sigstore.bundle(statement(index), signer))
    evidence = await plain.found(sigstore.trust())
    assert [one.state for one in evidence.signatures] == ["valid"]
    assert kinds(plain.registry) == ITS_OWN | BY_LIST | TRUST | {Kind.MANIFEST: 5, Kind.BLOB: 5, Kind.REFERRERS: 5}


async def test_a_login_costs_a_refusal_and_a_token(sigstore: PrivateSigstore) -> None:
    async with FakeRegistry(auth=Auth()) as fake:
        signed = Signed(fake)
        signed.image()
        await signed.found(sigstore.trust())
    assert kinds(fake) == ITS_OWN | BY_LIST | TRUST | {Kind.TAG: 2, Kind.TOKEN: 1, Kind.REFERRERS: 5}


class Memory:
    """What a store keeps of contents."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], bytes] = {}

    async def get(self, name: str, digest: str) -> bytes | None:
        return self.held.get((name, digest))

    async def keep(self, name: str, contents: object) -> None:
        assert isinstance(contents, list)
        self.held |= {(name, digest): data for digest, data in contents}


@pytest.mark.parametrize(("kind", "asked"), [(Referrers.API, {Kind.REFERRERS: 5}), (Referrers.NONE, {})])
async def test_a_worker_that_looks_again_asks_for_what_may_have_changed(
    kind: Referrers, asked: dict[str, int], sigstore: PrivateSigstore
) -> None:
    """What is named by a digest is in the store. What a tag stands for, and who has signed since, is not."""
    async with FakeRegistry(referrers=kind) as fake, opened(fake) as registry:
        signed = Signed(fake)
        signed.image()
        memory, search = Memory(), SignatureFinder(sigstore.trust, clock=lambda: TODAY)
        for _ in range(2):
            fake.requests.clear()
            known = RememberingRegistry(registry, memory, signed.reference)
            await gather(signed.reference, known, GatherOptions(recheck_tag=True), search=search)
            await known.keep()
    assert kinds(fake) == BY_LIST | {Kind.TAG_HEAD: 1} | asked


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_registry_that_has_no_referrers_api_for_some_digests_alone_is_not_believed(
    plain: Signed, sigstore: PrivateSigstore, signer: Signer, place: int
) -> None:
    """It lists who refers to the other ones, so a 404 does not mean that nobody does."""
    about = plain.image()[place]
    plain.bundle(about, sigstore.bundle(statement(about), signer))
    async with opened(plain.registry) as registry:
        search = SignatureFinder(sigstore.trust, clock=lambda: TODAY)
        await gather(plain.reference, registry, search=search)
        plain.registry.fault(f"/referrers/{about}", Status(404, b"404 page not found"))
        evidence = await gather(plain.reference, registry, search=search)
    assert not evidence.signatures
    assert any("referrers" in one.reason for one in evidence.signatures_unreadable)
