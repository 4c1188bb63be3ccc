"""Registries that lie, are slow to say so, or say too much; and people's watches that name too much."""

import asyncio

import pytest

from bot.intake.watch_list import WatchList, fixed_watches
from bot.polling import expanding, poller
from bot.polling.look import HEADS_MAX
from bot.store import Store
from bot.store.polls import TAGS_MAX
from tests.fake_registry import FakeRegistry
from tests.oci.test_guard import listening
from tests.polling.parts import INTERVAL, Polling, polling
from tests.polling.test_poller import push
from tests.registry_faults import Body, Endless, Hang, Status
from tests.registry_shelf import encode


async def noticed(bot: Polling, rounds: int = 3, after: float = INTERVAL) -> list[str]:
    return [image for _ in range(rounds) for image in await bot.round(after)]


def listed(fake: FakeRegistry, names: list[str], *, link: str = "") -> None:
    headers = {"Link": f'<{link}>; rel="next"'} if link else {}
    fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": names}), headers))


@pytest.mark.long
async def test_a_list_of_100_000_tags_is_known_and_the_next_push_is_noticed(store: Store) -> None:
    """All on one page, as distribution 2.8 has it; on pages of 1,000 they are over TAGS_PAGES_MAX."""
    many = [f"0.{number}" for number in range(TAGS_MAX - 2)]
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        push(fake, "1.0")
        listed(fake, ["1.0", *many])
        assert await bot.first() == ["demo/app:1.0?"]
        push(fake, "1.1")
        fake.heal()
        listed(fake, ["1.0", *many, "1.1"])
        assert await bot.round() == ["demo/app:1.1"]
        assert fake.count() <= 4
        fake.heal()
        listed(fake, ["1.0", *many, "1.1", "1.2"])
        await bot.round()
        assert "TAGS_MAX is 100000; name the tags that are watched" in (await bot.state()).trouble


async def test_thousands_of_tags_that_are_not_there_do_not_stand_in_the_way_of_a_push(store: Store) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        listed(fake, ["1.0", *(f"9.{number}" for number in range(1000)), "1.1"])
        found = []
        for _ in range(40):
            fake.requests.clear()
            found += await bot.round(67.0)
            assert fake.count() <= HEADS_MAX + 1
        assert found == ["demo/app:1.1"]


async def test_pages_that_loop_end(store: Store) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        listed(fake, ["1.0", "1.1"], link="/v2/demo/app/tags/list?n=1000&last=1.1")
        assert await bot.round() == ["demo/app:1.1"]
        assert fake.count("GET", "/tags/list") <= 3


async def test_pages_without_end_are_an_error_that_is_told_and_change_nothing(store: Store) -> None:
    async with FakeRegistry(page_size=1) as fake, polling(store, fake) as bot:
        push(fake, "0.0")
        await bot.first()
        for number in range(1, 60):
            push(fake, f"0.{number}")
        assert await bot.round() == []
        state = await bot.state()
        assert "TAGS_PAGES_MAX" in state.trouble
        assert set(state.digests) == {"0.0"}


async def test_a_next_page_on_another_host_is_not_followed_and_nothing_has_vanished(store: Store) -> None:
    async with FakeRegistry() as fake, listening() as elsewhere, polling(store, fake) as bot:
        for tag in ("1.0", "1.1"):
            push(fake, tag)
        await bot.first()
        listed(fake, ["1.1"], link=f"http://127.0.0.1:{elsewhere.port}/v2/demo/app/tags/list")
        await bot.round()
        assert elsewhere.connections == 0
        assert "elsewhere" in (await bot.state()).trouble
        assert (await bot.state()).gone == {}


async def test_an_order_that_is_a_lie_delays_a_push_and_does_not_lose_it(store: Store) -> None:
    async with (
        FakeRegistry(api="quay", oldest_first=True) as fake,
        polling(store, fake, tag_apis={}) as _,
        polling(store, fake, tag_apis={fake.host: "quay"}) as bot,
    ):
        for number in range(250):
            push(fake, f"1.{number}")
        await bot.first()
        push(fake, "2.0")
        assert await noticed(bot, int(6.5 * 3600 / INTERVAL)) == ["demo/app:2.0"]


@pytest.mark.parametrize("skew", [-3600, 3600])
async def test_a_registrys_clock_does_not_matter(store: Store, skew: int) -> None:
    async with FakeRegistry(api="quay") as fake, polling(store, fake, tag_apis={fake.host: "quay"}) as bot:
        push(fake, "1.0")
        await bot.first()
        fake.stamps.skew = skew
        push(fake, "1.1")
        assert await noticed(bot) == ["demo/app:1.1"]


async def test_a_429_in_the_middle_of_a_look_loses_nothing(store: Store) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        push(fake, "1.0")
        await bot.first()
        for tag in ("1.1", "1.2", "1.3"):
            push(fake, tag)
        fake.fault("/manifests/", Status(429, headers={"Retry-After": "3000"}), after=1)
        assert await bot.round() == []
        fake.heal()
        assert sorted(await noticed(bot, 8)) == ["demo/app:1.1", "demo/app:1.2", "demo/app:1.3"]


async def test_a_list_without_end_is_not_read(store: Store) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        push(fake, "1.0")
        await bot.first()
        fake.fault("/tags/list", Endless())
        await bot.round()
        assert "more than the limit" in (await bot.state()).trouble
        fake.heal()
        push(fake, "1.1")
        assert await noticed(bot) == ["demo/app:1.1"]


async def test_a_registry_that_fails_does_not_hold_up_the_others(store: Store) -> None:
    async with FakeRegistry() as broken, FakeRegistry() as fake:
        globs = [f"{broken.host}/demo/app", f"{fake.host}/demo/app"]
        watches = WatchList(fixed_watches(globs))
        private = (broken.host, fake.host)
        async with polling(store, fake, watches=watches, private_hosts=private) as bot:
            push(fake, "1.0")
            broken.fault("", Status(503))
            await bot.first()
            push(fake, "1.1")
            assert await noticed(bot) == ["demo/app:1.1"]


@pytest.mark.long
async def test_a_registry_that_never_answers_has_its_share_of_a_round_and_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "LOOK_MAX", 3.0)  # the registry that answers has so long, too
    monkeypatch.setattr(poller, "SHARE", 0.1)
    async with FakeRegistry() as hanging, FakeRegistry() as fake:
        globs = [f"{fake.host}/demo/app", *(f"{hanging.host}/demo/app{number}" for number in range(5))]
        private = (hanging.host, fake.host)
        async with polling(store, fake, watches=WatchList(fixed_watches(globs)), private_hosts=private) as bot:
            push(fake, "1.0")
            hanging.fault("", Hang())
            await bot.first()
            for number in range(1, 5):
                push(fake, f"1.{number}")
                hanging.requests.clear()
                assert await bot.round() == [f"demo/app:1.{number}"]
                assert len({request.path for request in hanging.requests}) == 1


@pytest.mark.parametrize(
    ("glob", "why"),
    [
        ("**", "does not name one registry"),
        ("*/acme/app", "does not name one registry"),
        ("quay.io/**", "does not name one namespace"),
        ("quay.io/a*/app", "does not name one namespace"),
        ("registry.corp:5000/acme/*", "does not list its repositories"),
        ("ghcr.io/acme/{app,lib-*}", "does not list its repositories"),
    ],
)
async def test_a_glob_that_cannot_be_expanded_is_refused_with_its_reason(store: Store, glob: str, why: str) -> None:
    async with FakeRegistry() as fake, polling(store, fake, glob) as bot:
        expansion = await bot.poller.expander.expand()
        assert any(why in str(refusal) for refusal in expansion.refusals)
        assert "*" not in "".join(expansion.targets)


@pytest.mark.parametrize("api", ["quay", "hub"])
async def test_a_namespace_is_expanded_and_a_new_repository_in_it_is_found_within_the_hour(
    store: Store, api: str
) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, "HOST/acme/app*", tag_apis={fake.host: api}) as bot:
        push(fake, "1.0", repository="acme/app")
        push(fake, "1.0", repository="acme/other")
        push(fake, "1.0", repository="else/app")
        assert await bot.first() == ["acme/app:1.0?"]
        push(fake, "1.0", repository="acme/app-native")
        assert await noticed(bot, 6) == ["acme/app-native:1.0?"]
        fake.fault("", Status(503))
        await bot.round(2 * 3600)
        fake.heal()
        push(fake, "1.1", repository="acme/app")
        assert "acme/app:1.1" in await noticed(bot, 10)  # a listing that failed has forgotten nobody


async def test_memory_is_flat_over_rounds_of_a_hostile_list(store: Store) -> None:
    """Names that are others each time: what has vanished is bounded, too."""
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        push(fake, "1.0")
        await bot.first()
        for number in range(5):
            fake.heal()
            listed(fake, [f"{number}-{tag}" for tag in range(2000)])
            await bot.round()
        state = await bot.state()
        assert len(state.digests) <= TAGS_MAX
        assert len(state.gone) <= TAGS_MAX
        await asyncio.sleep(0)


async def test_a_namespace_that_is_never_listed_holds_up_no_other_repository(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expanding, "LIST_MAX", 0.05)
    async with FakeRegistry(api="quay") as fake:
        watch = ("HOST/demo/app", "HOST/slow/*")
        async with polling(store, fake, *watch, tag_apis={fake.host: "quay"}) as bot:
            fake.fault("namespace=slow", Hang())
            push(fake, "1.0")
            assert await bot.first() == ["demo/app:1.0?"]
            push(fake, "1.1")
            assert await bot.round() == ["demo/app:1.1"]
