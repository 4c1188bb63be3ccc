"""Who we are to a registry: tokens are fetched once, asked for pull alone, and told to nobody else."""

import asyncio
import base64
import json
import logging
from pathlib import Path

import pytest

from bot.errors import DeniedError, UnavailableError, UntrustworthyError
from bot.oci import tally
from bot.oci.manifest import Descriptor
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock, at, opened
from tests.registry_auth import Auth
from tests.registry_faults import Flip, Instead, Redirect, Status
from tests.registry_shelf import digest_of

LAYER = Descriptor(digest=digest_of(b"layer"), size=5)
SECRET = "correct horse"


def config_file(folder: Path, fake: FakeRegistry, **login: str) -> Path:
    """A docker config.json with a login for the fake."""
    login = login or {"auth": base64.b64encode(f"robot:{SECRET}".encode()).decode()}
    file = folder / "config.json"
    file.write_text(json.dumps({"auths": {fake.host: login}}))
    return file


@pytest.mark.parametrize("token_field", ["token", "access_token"])
async def test_an_anonymous_token_opens_a_public_repository(token_field: str) -> None:
    async with FakeRegistry(auth=Auth(token_field=token_field)) as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        with tally.counting() as counted:
            assert (await registry.manifest(at(fake))).digest == digest
        assert [asked.path.partition("?")[0] for asked in fake.requests] == [
            "/v2/demo/app/manifests/1",
            "/token",
            "/v2/demo/app/manifests/1",
        ]
        # The question who we are and the token stand apart from what the check cost.
        assert (counted.total, counted.manifest_pulls, counted.tokens) == (1, 1, 2)


async def test_many_at_once_fetch_one_token() -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        await registry.manifest(at(fake))
        assert fake.auth is not None
        fake.auth.revoke()
        await asyncio.gather(*(registry.manifest(at(fake)) for _ in range(8)))
        assert fake.count("GET", "/token") == 2


async def test_who_gives_up_waiting_for_a_token_does_not_take_it_from_the_others() -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        first = asyncio.create_task(registry.manifest(at(fake)))
        second = asyncio.create_task(registry.manifest(at(fake)))
        while not fake.count("GET", "/token"):  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0)
        first.cancel()
        assert (await second).data


async def test_a_revoked_token_is_replaced_once() -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        await registry.manifest(at(fake))
        assert fake.auth is not None
        fake.auth.revoke()
        await registry.manifest(at(fake))
        assert fake.count("GET", "/token") == 2


async def test_a_second_refusal_is_final() -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.hidden.add("demo/app")
        with pytest.raises(DeniedError, match=r"was not found on .*, or is not public: authentication required"):
            await registry.manifest(at(fake))
        assert (fake.count("GET", "/manifests/"), fake.count("GET", "/token")) == (2, 1)


async def test_a_registry_that_changes_how_it_is_logged_in_to_is_asked_in_the_new_way(tmp_path: Path) -> None:
    """A process runs for months; passwords are replaced by a token server, or a gateway asked for one once."""
    auth = Auth(scheme="Basic", user="robot", password=SECRET)
    async with (
        FakeRegistry(auth=auth) as fake,
        opened(fake, registry_auth=config_file(tmp_path, fake)) as registry,
    ):
        fake.push_image("demo/app", tag="1")
        await registry.manifest(at(fake))
        auth.scheme = "Bearer"
        await registry.manifest(at(fake))
        fake.requests.clear()
        await registry.manifest(at(fake))
        assert [asked.path for asked in fake.requests] == ["/v2/demo/app/manifests/1"]
        auth.scheme = "Basic"
        await registry.manifest(at(fake))


async def test_a_token_server_that_moved_is_found_with_the_next_refusal() -> None:
    auth = Auth(issued={"old"})
    clock = Clock()
    async with FakeRegistry(auth=auth) as fake, opened(fake, clock=clock) as registry:
        fake.push_image("demo/app", tag="1")
        auth.realm = f"{fake.url}/old/token"
        fake.fault("/old/token", Status(200, b'{"token": "old"}'))
        await registry.manifest(at(fake))
        clock.time += 60
        fake.heal()
        fake.fault("/old/token", Status(404))
        auth.realm = ""
        with pytest.raises(UnavailableError):
            await registry.manifest(at(fake))
        await registry.manifest(at(fake))


async def test_only_pull_is_asked_for_whatever_the_challenge_says() -> None:
    auth = Auth()
    async with FakeRegistry(auth=auth) as fake, opened(fake) as registry:
        scope = "repository:demo/app:pull,push,delete repository:other:pull registry:catalog:*"
        auth.challenges = (f'Bearer realm="{fake.url}/token",service="fake",scope="{scope}"',)
        fake.push_image("demo/app", tag="1")
        await registry.manifest(at(fake))
        assert auth.scopes == [["repository:demo/app:pull"]]
        assert "service=fake" in fake.requests[1].path


async def test_each_repository_has_its_own_token() -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        for name in ("demo/app", "demo/other"):
            fake.push_image(name, tag="1")
            await registry.manifest(at(fake, repository=name))
        assert fake.auth is not None
        assert fake.auth.scopes == [["repository:demo/app:pull"], ["repository:demo/other:pull"]]
        # The second one was asked for without another 401.
        assert fake.count("GET", "/manifests/") == 3


async def test_a_login_is_shown_to_the_token_server_and_to_nobody_else(tmp_path: Path) -> None:
    auth = Auth(user="robot", password=SECRET, anonymous=False)
    async with FakeRegistry(auth=auth) as fake, FakeRegistry(shelf=fake) as store:
        fake.push_image("demo/app", tag="1")
        fake.fault("/blobs/", Redirect(store.url))
        async with opened(fake, store, registry_auth=config_file(tmp_path, fake)) as registry:
            await registry.manifest(at(fake))
            await registry.blob(at(fake), LAYER, limit=100)
        with_login = [asked.path for asked in fake.requests if asked.headers.get("Authorization") == auth.basic()]
        assert [path.partition("?")[0] for path in with_login] == ["/token"]
        assert all("Authorization" not in asked.headers for asked in store.requests)


async def test_nothing_of_a_login_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    auth = Auth(user="robot", password=SECRET, anonymous=False)
    async with FakeRegistry(auth=auth) as fake:
        fake.push_image("demo/app", tag="1")
        fake.headers["Docker-Content-Digest"] = "sha256:" + "0" * 64
        fake.fault("/blobs/", Flip())
        async with opened(fake, registry_auth=config_file(tmp_path, fake)) as registry:
            await registry.manifest(at(fake))
            with pytest.raises(UntrustworthyError):
                await registry.blob(at(fake), LAYER, limit=100)
    assert {"registry_names_another_digest", "digest_mismatch"} <= {record.message for record in caplog.records}
    told = " ".join(str(vars(record)) for record in caplog.records)
    for secret in (SECRET, auth.basic().removeprefix("Basic "), "fake-token"):
        assert secret not in told


async def test_basic_is_answered_with_the_login(tmp_path: Path) -> None:
    auth = Auth(scheme="Basic", user="robot", password=SECRET)
    async with FakeRegistry(auth=auth) as fake:
        digest = fake.push_image("demo/app", tag="1")
        async with opened(fake, registry_auth=config_file(tmp_path, fake)) as registry:
            assert (await registry.manifest(at(fake))).digest == digest
            await registry.manifest(at(fake))
        assert len(fake.requests) == 3  # the second manifest without another 401
        async with opened(fake) as registry:
            with pytest.raises(DeniedError):
                await registry.manifest(at(fake))


async def test_a_wrong_login_is_refused_and_not_shown(tmp_path: Path) -> None:
    async with FakeRegistry(auth=Auth(user="robot", password="another", anonymous=False)) as fake:
        fake.push_image("demo/app", tag="1")
        async with opened(fake, registry_auth=config_file(tmp_path, fake)) as registry:
            with pytest.raises(DeniedError, match="refuses our credentials") as caught:
                await registry.manifest(at(fake))
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("post", [True, False])
async def test_an_identity_token_is_exchanged_by_post_or_where_that_is_unknown_by_get(
    tmp_path: Path,
    post: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    auth = Auth(identity_token="identity", post=post, anonymous=not post)
    async with FakeRegistry(auth=auth) as fake:
        fake.push_image("demo/app", tag="1")
        async with opened(fake, registry_auth=config_file(tmp_path, fake, identitytoken="identity")) as registry:
            await registry.manifest(at(fake))
        asked = [asked for asked in fake.requests if asked.path.startswith("/token")]
        assert asked[0].method == "POST"
        assert b"grant_type=refresh_token" in asked[0].body
        assert b"refresh_token=identity" in asked[0].body
        assert auth.scopes[-1] == ["repository:demo/app:pull"]
        assert len(asked) == (1 if post else 2)


async def test_a_registry_token_is_sent_as_it_is(tmp_path: Path) -> None:
    auth = Auth(issued={"ready-made"})
    async with FakeRegistry(auth=auth) as fake:
        fake.push_image("demo/app", tag="1")
        async with opened(fake, registry_auth=config_file(tmp_path, fake, registrytoken="ready-made")) as registry:
            await registry.manifest(at(fake))
        assert fake.count("GET", "/token") == 0


async def test_a_challenge_that_nobody_can_answer_is_a_refusal() -> None:
    auth = Auth(challenges=("Negotiate", "Bearer", 'Digest realm="x"'))
    async with FakeRegistry(auth=auth) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        with pytest.raises(DeniedError):
            await registry.manifest(at(fake))
        assert len(fake.requests) == 1


async def test_a_header_over_every_limit_is_an_unusable_answer() -> None:
    auth = Auth(challenges=('Bearer realm="' + "x" * 20_000 + '"',))
    async with FakeRegistry(auth=auth) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        with pytest.raises(UnavailableError):
            await registry.manifest(at(fake))


async def test_a_registry_that_could_not_be_asked_for_its_login_is_asked_the_next_time(tmp_path: Path) -> None:
    auth = Auth(user="robot", password=SECRET, anonymous=False)
    async with FakeRegistry(auth=auth) as fake:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("/v2/demo/", Instead(401, 404, {"WWW-Authenticate": ""}))
        fake.fault("/v2/", Status(503), times=3)
        async with opened(fake, registry_auth=config_file(tmp_path, fake)) as registry:
            with pytest.raises(UnavailableError, match="front door"):
                await registry.manifest(at(fake))
            assert (await registry.manifest(at(fake))).digest == digest
