"""`provenance digest`: what each channel would be told, for an operator at a terminal."""

import asyncio

import pytest

from bot.__main__ import main
from bot.digest.content import DigestContent, Ending, OpenFailure, PassedGroup
from bot.render.digest import lines
from bot.store import open_store
from bot.store.passed import PassedReleases
from bot.store.threads import Address
from tests.real_redis import RedisServer


@pytest.fixture
def configured(empty_store: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", empty_store.url)

    async def fill() -> None:
        async with open_store(empty_store.settings()) as store:
            passed = PassedReleases(store)
            await passed.add(Address("T0TEAM", "C0RELEASES", "acme/app nightly (rolling)"))
            await passed.add(Address("T0TEAM", "C0OTHER", "acme/cli 1.0.0"))
            await store.redis.set(store.key("slack", "channel", "T0TEAM", "releases"), "C0RELEASES")

    asyncio.run(fill())


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(("digest", *words)) == code
    out, err = capsys.readouterr()
    return err if code else out


@pytest.mark.usefixtures("configured")
def test_each_channel_has_its_digest(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys).splitlines() == [
        "C0OTHER",
        "  passed  acme/cli: 1.0.0",
        "C0RELEASES",
        "  passed  acme/app: nightly",
    ]


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("name", ["C0RELEASES", "#releases", "releases"])
def test_one_channel_by_its_id_or_name(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert said(capsys, name) == "C0RELEASES\n  passed  acme/app: nightly\n"


@pytest.mark.usefixtures("configured")
def test_a_channel_that_was_told_nothing_is_an_error_that_names_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing was posted in #gone; there is: C0OTHER, C0RELEASES" in said(capsys, "#gone", code=2)


def test_everything_that_a_digest_has_is_a_line_without_control_characters() -> None:
    content = DigestContent(
        (PassedGroup("acme/app", ("1.0.0", "1.1.0")),),
        (OpenFailure("acme/bad\u202e\n1.0", 0.0, "snoozed"),),
        (Ending("the waiver of sbom-missing", "quay.io/acme/app", 86_400.0),),
        ("quay",),
    )
    assert list(lines(content, 3 * 86_400.0)) == [
        "open    acme/bad\\u202e\\n1.0, for 3 days (snoozed)",
        "passed  acme/app: 1.1.0, 1.0.0",
        "ends    the waiver of sbom-missing for quay.io/acme/app, 1970-01-02 00:00 UTC",
        "silent  webhook source quay",
    ]
    assert list(lines(DigestContent(), 0.0)) == ["nothing has passed unseen, nothing is open, and nothing ends soon"]
