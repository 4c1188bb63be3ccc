"""What runs beside the jobs runs for each workspace: polling, digests, and the policy of its own folder."""

from pathlib import Path

from msgspec import Struct

from bot.digest.schedule import parse
from bot.jobs.digest_contents import DigestContents
from bot.jobs.digests import LEASE, DigestSender
from bot.polling.poller import holder
from bot.render.slack.message import MessageDraft
from bot.store import Store
from bot.store.digest_marks import DigestMarks
from bot.store.lease import Leases
from bot.store.reports import Reports
from bot.store.threads import Address
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.workspaces.bot import CHANNELS, SeveralBot, several
from tests.workspaces.making import OTHER, TEAM

BROKEN = "T0BROKEN"
DAY = 24 * 3600.0


async def test_a_tag_that_polling_finds_is_told_where_it_is_watched(
    empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path
) -> None:
    async with several(empty_store, store, tmp_path, TEAM, OTHER, poll=0.2) as bot:
        bot.registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        await bot.says(TEAM, f"watch {bot.registry.host}/demo/app")
        await eventually(lambda: is_polled(bot, TEAM))
        bot.registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="2.0")
        await eventually(lambda: any("2.0" in one["text"] for one in bot.told(TEAM)))
        assert bot.told(OTHER) == []
        assert not [
            key async for key in store.redis.scan_iter(match=f"{store.key('poll')}*")
        ]  # the bot watches nothing


async def is_polled(bot: SeveralBot, team: str) -> bool:
    """The first look is remembered: what comes after it is new."""
    names = await Reports(bot.store.of(await bot.part(team))).newest(1)
    return bool(names)


async def test_a_digest_tells_each_workspace_its_own(
    empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path
) -> None:
    async with several(empty_store, store, tmp_path, TEAM, OTHER) as bot:
        for team, image in ((TEAM, "one/app"), (OTHER, "two/app")):
            bot.registry.add_layout(samples / "min_2p_dflt", image, tag="1.0")
            await bot.says(team, f"check {bot.registry.host}/{image}:1.0 --share")
        await eventually(lambda: bot.has_told(TEAM) and bot.has_told(OTHER))
        said = {team: await digest_of(bot, team) for team in (TEAM, OTHER)}
    assert [("one/app" in said[team], "two/app" in said[team]) for team in said] == [(True, False), (False, True)]


async def digest_of(bot: SeveralBot, team: str) -> str:
    """What the sender of that workspace posts a day later."""
    part = bot.store.of(await bot.part(team))
    now, posted = await bot.store.now(), Posted([])

    async def later() -> float:
        return now + DAY

    leases = Leases(part, "of this test", holder(), seconds=LEASE)  # the worker has the other one
    lease = await leases.take()
    assert lease
    marks = DigestMarks(part)
    await marks.mark(Address(team, CHANNELS[team], ""), now - DAY, lease)
    await DigestSender(DigestContents(part), marks, leases, posted, parse("daily 09:00 UTC"), later).round(lease)
    ((channel, text),) = posted.digests
    assert channel == CHANNELS[team]
    return text


class Posted(Struct):
    """What would be posted, and where."""

    digests: list[tuple[str, str]]

    async def publish_digest(self, subject: str, draft: MessageDraft, *, channel: str) -> None:
        assert subject
        self.digests.append((channel, str(draft.blocks)))


async def test_a_workspace_whose_policy_does_not_hold_stops_no_other(
    empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path
) -> None:
    """Its file was written after the start, where all of them are read."""
    folder = tmp_path / "workspaces"
    folder.mkdir()
    async with several(empty_store, store, tmp_path, TEAM, slack_workspaces=folder) as bot:
        (folder / BROKEN).mkdir()
        (folder / BROKEN / "policy.yaml").write_text("rules: [what")
        await bot.install(BROKEN)
        await bot.install(OTHER)
        await bot.says(OTHER, f"watch {bot.registry.host}/demo/app")
        await eventually(lambda: accepted(bot, samples))
        await eventually(lambda: bot.has_told(OTHER))
        left = await bot.part(TEAM)
        await bot.people[TEAM].event({"type": "app_uninstalled"})
        await eventually(lambda: is_empty(bot, left))


async def accepted(bot: SeveralBot, samples: Path) -> bool:
    return await bot.push(samples) == 202


async def is_empty(bot: SeveralBot, part: str) -> bool:
    return not [key async for key in bot.store.redis.scan_iter(match=f"{bot.store.of(part).key('')}*")]
