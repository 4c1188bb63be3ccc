"""An image that is signed in two ways, in registries that behave as real ones do: it is signed, or nobody knows.

What is right is right everywhere; what a registry keeps for itself is unknown, with a reason, and never missing.
"""

import base64
import json
from pathlib import Path

import pytest

from bot.context import Context
from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.rules import Outcome
from bot.rules.signature_missing import rule as signature_missing
from bot.signatures.finder import SignatureFinder
from bot.unreadable import UnknownReason
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import Clock, opened
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_auth import Auth
from tests.registry_faults import Body, Chunked, Fault, Gzip, Hang, Headers, Instead, Redirect, Status
from tests.signatures.judged import TODAY
from tests.signatures.signing import Signed

PAGE = Body(b"<html>not here</html>", {"Content-Type": "text/html"})
WRONG = "sha256:" + "5" * 64
SIGSTORE = PrivateSigstore()


@pytest.fixture(scope="module")
def signer() -> Signer:
    return SIGSTORE.signer()


def sign(registry: FakeRegistry, signer: Signer) -> Signed:
    """By a tag, and by a bundle that refers to the index."""
    signed = Signed(registry)
    index, *_ = signed.image()
    signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
    signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
    return signed


async def found(signed: Signed, *others: FakeRegistry, **options: object) -> Evidence:
    search = SignatureFinder(SIGSTORE.trust, clock=lambda: TODAY)
    async with opened(signed.registry, *others, **options) as registry:  # type: ignore[arg-type]
        return await gather(signed.reference, registry, GatherOptions(recheck_tag=True), search=search)


def is_right(evidence: Evidence) -> None:
    assert [one.state for one in evidence.signatures] == ["valid", "valid"]
    assert evidence.signatures_unreadable == evidence.unreadable == ()
    assert evidence.missing == ()
    assert len(evidence.platforms) == 2
    assert all(platform.provenance is not None for platform in evidence.platforms)
    assert not any("tag" in note for note in evidence.notes)  # that the types disagree is said


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("/manifests/", Headers({"Content-Type": ""})),
        ("/manifests/", Headers({"Content-Type": "application/json; charset=utf-8"})),
        ("/manifests/", Headers({"Content-Type": "application/octet-stream"})),
        ("/manifests/", Headers({"Docker-Content-Digest": ""})),
        ("/manifests/", Headers({"Docker-Content-Digest": WRONG})),
        ("/manifests/", Headers({"Docker-Content-Digest": "of the wrong form"})),
        ("/v2/", Gzip()),
        ("/v2/", Chunked()),
        ("/tags/list", Status(401)),
        ("/tags/list", Status(403)),
        ("/tags/list", Status(404)),
        ("/tags/list", Status(405)),
        ("/tags/list", Status(429, headers={"Retry-After": "3600"})),
        ("/tags/list", Status(500)),
        ("/tags/list", PAGE),
        ("/tags/list", Body(b'{"name": "team/app", "tags": null}')),
        ("/tags/list", Body(b'{"name": "team/app", "tags": ["1.0"]}')),
        ("/tags/list", Headers({"Link": '<https://elsewhere.example/v2/team/app/tags/list>; rel="next"'})),
        ("/referrers/", Headers({"Content-Type": "application/json"})),
    ],
    ids=str,
)
async def test_it_is_signed(part: str, fault: Fault, signer: Signer) -> None:
    async with FakeRegistry() as fake:
        signed = sign(fake, signer)
        fake.fault(part, fault)
        is_right(await found(signed))


@pytest.mark.parametrize("status", [405, 501])
async def test_no_head(status: int, signer: Signer) -> None:
    async with FakeRegistry() as fake:
        signed = sign(fake, signer)
        fake.fault("/manifests/", Status(status), method="HEAD")
        is_right(await found(signed))


async def test_a_list_of_tags_that_takes_for_ever(signer: Signer) -> None:
    """As that of distribution does on object storage with many tags: a HEAD for each is quicker."""
    async with FakeRegistry() as fake:
        signed = sign(fake, signer)
        fake.fault("/tags/list", Hang())
        is_right(await found(signed, pace=Clock().pace(listing=0.1)))


@pytest.mark.parametrize("status", [404, 405, 406, 501, 302, 307])
async def test_no_referrers_api(status: int, signer: Signer) -> None:
    async with FakeRegistry(fallback_tags=True) as fake:
        signed = sign(fake, signer)
        fake.fault("/referrers/", Status(status, headers={"Location": "https://elsewhere.example/login"}))
        is_right(await found(signed))


@pytest.mark.parametrize("kind", list(Referrers))
@pytest.mark.parametrize("listing", [True, False])
async def test_every_way_with_referrers(kind: Referrers, signer: Signer, *, listing: bool) -> None:
    async with FakeRegistry(referrers=kind) as fake:
        signed = sign(fake, signer)
        if not listing:
            fake.fault("/tags/list", Status(404))
        is_right(await found(signed))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_documents_that_are_elsewhere(status: int, signer: Signer) -> None:
    """A login is not shown to that place."""
    async with FakeRegistry(auth=Auth()) as fake, FakeRegistry(shelf=fake) as storage:
        signed = sign(fake, signer)
        fake.fault("/blobs/", Redirect(storage.url, status=status))
        is_right(await found(signed, storage))
        assert storage.requests
        assert not any("Authorization" in asked.headers for asked in storage.requests)


@pytest.mark.parametrize("auth", [
    Auth(token_field="access_token", expires_in=None),
    Auth(expires_in=1),
    Auth(service=""),
])  # fmt: skip
async def test_tokens(auth: Auth, signer: Signer) -> None:
    async with FakeRegistry(auth=auth) as fake:
        is_right(await found(sign(fake, signer)))


async def test_several_challenges_at_once(signer: Signer) -> None:
    """As Gitea asks."""
    async with FakeRegistry(auth=Auth()) as fake:
        signed = sign(fake, signer)
        assert fake.auth
        fake.auth.challenges = (
            f'Bearer realm="{fake.url}/token",service="container_registry",scope="*"',
            'Basic realm="x"',
        )
        is_right(await found(signed))


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
async def test_what_is_private_and_hidden_from_who_shows_no_login(
    status: int, scheme: str, signer: Signer, tmp_path: Path
) -> None:
    """It asks for a login at /v2/ alone, where other clients begin."""
    auth = Auth(scheme=scheme, user="robot", password="x", anonymous=False)
    async with FakeRegistry(auth=auth) as fake:
        signed = sign(fake, signer)
        fake.fault("/team/app/", Instead(401, status, {"WWW-Authenticate": ""}))
        login = {"auths": {fake.host: {"auth": base64.b64encode(b"robot:x").decode()}}}
        (tmp_path / "config.json").write_text(json.dumps(login))
        is_right(await found(signed, registry_auth=tmp_path / "config.json"))
        assert fake.count("GET", "/v2/") - fake.count("GET", "/v2/team") == 1


@pytest.mark.parametrize(
    "fault", [Status(429), Status(429, headers={"Retry-After": "2"}), Status(503), Status(520)], ids=str
)
async def test_a_busy_moment(fault: Fault, signer: Signer) -> None:
    async with FakeRegistry() as fake:
        signed = sign(fake, signer)
        fake.fault("/v2/", fault, times=2, after=3)
        is_right(await found(signed))


@pytest.mark.parametrize("status", [400, 401, 403, 409, 451])
async def test_what_is_answered_about_tags_that_are_not_there(status: int) -> None:
    """A virtual repository of Artifactory answers 403 about them: that says nothing of what is there."""
    async with FakeRegistry() as fake:
        signed = Signed(fake)
        signed.image()
        fake.fault("/manifests/sha256-", Instead(404, status))
        evidence = await found(signed)
        is_unknown(evidence)
        told = any(one.code is UnknownReason.ABSENCE_HIDDEN for one in evidence.signatures_unreadable)
        assert told == (status in {401, 403})


@pytest.mark.parametrize("part", ["/referrers/", "/manifests/sha256-"])
@pytest.mark.parametrize("status", [401, 403, 418, 429, 500, 520])
async def test_what_is_kept_back(part: str, status: int) -> None:
    async with FakeRegistry() as fake:
        signed = Signed(fake)
        signed.image()
        fake.fault(part, Status(status))
        is_unknown(await found(signed))


def is_unknown(evidence: Evidence) -> None:
    codes = {one.code for one in evidence.signatures_unreadable}
    assert codes
    assert codes <= {UnknownReason.UNSEARCHED, UnknownReason.ABSENCE_HIDDEN}
    assert {finding.outcome for finding in signature_missing.findings(Context(evidence))} == {Outcome.UNKNOWN}
    assert all(platform.provenance is not None for platform in evidence.platforms)
