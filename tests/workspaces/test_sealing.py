"""Tokens in the store are sealed: who has the store and not the key learns nothing, and cannot move them."""

import base64
import json

import pytest

from bot.errors import MalformedError
from bot.store import Store
from bot.store.workspaces import BotTokens, Installations, SealError, SealReason, TokenKeys
from bot.store.workspaces.sealing import new_key
from tests.workspaces.making import OTHER, TEAM, facts, keys, made_keys, tokens


def test_what_is_sealed_is_opened_with_the_same_name_of_its_owner() -> None:
    sealing = made_keys()
    sealed = sealing.seal("xoxb-secret", "a")
    assert "xoxb" not in sealed
    assert sealing.open(sealed, "a") == "xoxb-secret"
    assert sealing.seal("xoxb-secret", "a") != sealed
    with pytest.raises(SealError) as caught:
        sealing.open(sealed, "b")
    assert caught.value.code is SealReason.CHANGED


def test_every_changed_byte_is_noticed() -> None:
    sealing = made_keys()
    name, _, encoded = sealing.seal("xoxb-secret", "a").partition(":")
    raw = base64.urlsafe_b64decode(encoded)
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(SealError):
            sealing.open(f"{name}:{base64.urlsafe_b64encode(changed).decode()}", "a")
    for broken in ("", "k1", "k1:", "k1:!", f"k1:{encoded[:9]}", f"k1:{encoded}=é", "x" * 100_000):
        with pytest.raises(SealError):
            sealing.open(broken, "a")


def test_a_key_is_changed_without_losing_what_the_old_one_sealed() -> None:
    old, new = keys("old"), keys("new")
    sealed = TokenKeys.parse(old).seal("t", "a")
    both = TokenKeys.parse(f"{new} {old}")
    assert both.open(sealed, "a") == "t"
    assert both.seal("t", "a").startswith("new:")
    with pytest.raises(SealError) as caught:
        TokenKeys.parse(new).open(sealed, "a")
    assert caught.value.code is SealReason.KEY_UNKNOWN
    assert "old" in str(caught.value)


@pytest.mark.parametrize("text", ["", "  ", "k1", "k1:", "K1:AAAA", ":AAAA", "k1:AAAA", "k1:" + "!" * 43, "a_b:x"])
def test_keys_that_are_none_are_refused_and_not_shown(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        TokenKeys.parse(text)
    assert "AAAA" not in str(caught.value)


def test_two_keys_with_one_name_are_refused() -> None:
    with pytest.raises(MalformedError, match="k1"):
        TokenKeys.parse(f"{new_key('k1')},{new_key('k1')}")
    with pytest.raises(MalformedError):
        new_key("No Name")


def test_neither_keys_nor_tokens_are_shown() -> None:
    text = keys("k1")
    assert text.partition(":")[2] not in repr(TokenKeys.parse(text))
    assert "xoxe" not in repr(tokens())
    assert "xoxe" not in str(tokens())


async def test_no_token_stands_in_the_store(store: Store) -> None:
    installations = Installations(store, made_keys())
    await installations.install(facts(), tokens())
    assert "xox" not in json.dumps(await store.redis.hgetall(store.key("installations")))
    stored = await installations.of(TEAM)
    assert stored
    assert "xox" not in repr(stored)
    assert installations.tokens(stored) == tokens()


async def test_tokens_cannot_be_moved_to_another_workspace(store: Store) -> None:
    """Nor can what they are bound to be changed under them."""
    installations = Installations(store, made_keys())
    await installations.install(facts(), tokens())
    await installations.install(facts(OTHER), tokens("two"))
    key = store.key("installations")
    first, second = [json.loads(str(await store.redis.hget(key, team))) for team in (TEAM, OTHER)]
    for forged in ({**second, "sealed": first["sealed"]}, {**second, "facts": {**second["facts"], "expires_at": 9.0}}):
        await store.redis.hset(key, OTHER, json.dumps(forged))
        stored = await installations.of(OTHER)
        assert stored
        with pytest.raises(SealError) as caught:
            installations.tokens(stored)
        assert caught.value.code is SealReason.CHANGED
    await store.redis.hset(key, OTHER, json.dumps(first))  # a record of another team is not this team's
    assert await installations.of(OTHER) is None


async def test_without_the_key_an_installation_is_known_and_its_tokens_are_not(store: Store) -> None:
    await Installations(store, made_keys("k1")).install(facts(), tokens())
    for other in (None, made_keys("k2")):
        installations = Installations(store, other)
        assert [one.team for one in await installations.all()] == [TEAM]
        stored = await installations.of(TEAM)
        assert stored
        with pytest.raises(SealError) as caught:
            installations.tokens(stored)
        assert caught.value.code is SealReason.KEY_UNKNOWN
        assert await installations.remove("T0NOBODY") is None


async def test_all_are_sealed_anew_with_the_first_key(store: Store) -> None:
    old, new = keys("old"), keys("new")
    before = Installations(store, TokenKeys.parse(old))
    for team in (TEAM, OTHER):
        await before.install(facts(team), tokens(team))
    installations = Installations(store, TokenKeys.parse(f"{new},{old}"))
    assert await installations.reseal() == 2
    assert await installations.reseal() == 0
    after = Installations(store, TokenKeys.parse(new))
    for team in (TEAM, OTHER):
        stored = await after.of(team)
        assert stored
        assert stored.key == "new"
        assert after.tokens(stored) == tokens(team)


def test_a_record_without_a_token_is_not_one() -> None:
    with pytest.raises(ValueError, match="token"):
        BotTokens(token="")
