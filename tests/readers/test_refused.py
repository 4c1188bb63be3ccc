"""Registries that refuse the referrers API each in its way: tools differ in whether they ask for the tag."""

import pytest

from bot.oci.referrer_list import ApiRefusal, ListedBy
from bot.readers.reader import EvidenceKind, Reader
from bot.signatures.discovery import ReferrerListing
from bot.signatures.signature import Layout
from bot.unreadable import UnknownReason
from tests.fake_registry import FakeRegistry
from tests.making import digest, image, signature
from tests.private_fulcio import Signer
from tests.private_sigstore import statement
from tests.readers.seeing import SIGSTORE, looked, seen, who
from tests.registry_faults import Fault, Status
from tests.signatures.signing import Signed

SIGNATURE = EvidenceKind.SIGNATURE
OF_COSIGN = {"cosign-3", "gh-attestation", "kyverno-sigstore-bundle"}
OF_ORAS = {"oras-discover"}
UNKNOWN_NAME = b'{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}'
UNKNOWN_MANIFEST = b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}'
ELSEWHERE = {"Location": "https://elsewhere.example/login"}


@pytest.fixture(scope="module")
def signer() -> Signer:
    return SIGSTORE.signer()


@pytest.mark.parametrize(("answer", "finds"), [
    (Status(200, b"<html>"), OF_COSIGN | OF_ORAS),
    (Status(302, headers=ELSEWHERE), OF_COSIGN | OF_ORAS),
    (Status(404), OF_COSIGN | OF_ORAS),
    (Status(404, UNKNOWN_MANIFEST), OF_COSIGN | OF_ORAS),
    (Status(404, UNKNOWN_NAME), OF_COSIGN),
    (Status(400), OF_COSIGN),
    (Status(406), OF_COSIGN),
    (Status(405), set()),
    (Status(501), set()),
])  # fmt: skip
async def test_who_asks_for_the_fallback_tag_after_that_answer(signer: Signer, answer: Fault, finds: set[str]) -> None:
    async with FakeRegistry(fallback_tags=True) as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
        registry.fault("/referrers/", answer)
        found = await looked(signed)
    assert who(found, SIGNATURE, "seen") == finds | {"harbor"}  # it notes the subject itself
    assert who(found, SIGNATURE, "unknown") == set()


async def test_a_tool_that_stops_is_said_to_stop_at_the_answer(signer: Signer) -> None:
    async with FakeRegistry(fallback_tags=True) as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
        registry.fault("/referrers/", Status(405))
        found = await looked(signed)
    sight = seen(found)[Reader.COSIGN_3][SIGNATURE]
    assert "stops at the registry's answer 405 to the referrers API" in sight.why
    assert "answer 404" in sight.fix


@pytest.mark.parametrize(("status", "state"), [(404, "unseen"), (405, "seen")])
async def test_a_bundle_that_cosign_cannot_list_does_not_hide_the_tag(signer: Signer, status: int, state: str) -> None:
    """`cosign verify` reads the tags when it could not list bundles."""
    other = SIGSTORE.signer("https://github.com/acme/other/.github/workflows/scan.yml@refs/heads/main")
    async with FakeRegistry(fallback_tags=True) as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
        signed.bundle(index, SIGSTORE.bundle(statement(index, "https://spdx.dev/Document", {}), other))
        registry.fault("/referrers/", Status(status))
        found = await looked(signed)
    assert seen(found)[Reader.COSIGN_3][SIGNATURE].state == state


@pytest.mark.parametrize(("refusal", "state"), [(None, "unknown"), (ApiRefusal.NOT_FOUND, "seen")])
def test_without_the_answer_nobody_knows_whether_the_tag_is_asked_for(refusal: ApiRefusal | None, state: str) -> None:
    one = signature(layout=Layout.BUNDLE)
    listed = ReferrerListing(digest("index"), one.manifest, "x", ListedBy.TAG, refusal)
    sight = seen(image(signatures=(one,), listed=(listed,)), Reader.COSIGN_3)[Reader.COSIGN_3][SIGNATURE]
    assert sight.state == state
    assert (sight.code is UnknownReason.NOT_SEARCHED) is (refusal is None)
