"""What a check, a page and a poll ask of the store, and how much it holds, by the number of members it remembers.

`make bench ONLY=releases`. One release of MEMBERS members is remembered by the code that remembers all of them; the
others are its copies. Reports are those of a real image of two platforms.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from redis.asyncio import Redis

from bench.saying import say
from bot.check import look, report_on
from bot.context import Context
from bot.evidence import Evidence
from bot.oci.options import RegistryOptions
from bot.oci.reference import Reference
from bot.oci.registries import open_registries
from bot.policy import default_policy
from bot.releases import Placement, ReleaseName
from bot.releases.arriving import Arrival, MemberCheck
from bot.report import Report
from bot.store import Store, open_store
from bot.store.digests import Digests
from bot.store.engine.binary import find_binary
from bot.store.polls import Polls
from bot.store.pushes import Pushes
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.sisters import Sisters
from tests.conftest import SAMPLES
from tests.making import digest
from tests.real_redis import RedisServer, running_server

if TYPE_CHECKING:
    from redis.asyncio.client import Pipeline

Value: TypeAlias = str | dict[str, str] | tuple[tuple[str, float], ...] | list[str]

NUMBERS: Final = (10, 1_000, 100_000)
SAMPLE: Final = "max-sbom_2p_dflt"
MEMBERS: Final = 12  # of one release: six images in two registries
VERSIONS: Final = 20  # of one group
TIMES: Final = 30
BATCH: Final = 5_000  # commands of one pipeline
GROUP, VERSION = "bench/group-000000", "1.0000"


async def main() -> None:
    report = await real_report()
    say(f"one report: {len(report.model_dump_json())} characters as JSON")
    say(f"{'members':>8} {'store':>9} {'a member':>9} {'check':>16} {'list':>16} {'release':>16} {'poll':>16}")
    for number in NUMBERS:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            socket = Path(folder) / "s"
            flags = ("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", "")
            server = RedisServer(str(find_binary()), Path(folder), f"unix://{socket}", flags)
            with running_server(server):
                async with open_store(server.settings()) as store:
                    await measure(store, report, number)


async def real_report() -> Report:
    """On a sample image, without its name."""
    policy = default_policy()
    async with open_registries(RegistryOptions(allow_layouts=True)) as registry:
        layout = Reference(f"oci:{SAMPLES / SAMPLE}", "", SAMPLE)
        evidence = await look(layout, registry, policy)
    return report_on(Context(evidence, policy.expected), policy, now=datetime.now(UTC))


async def measure(store: Store, report: Report, number: int) -> None:
    before = await memory(store)
    releases = max(1, round(number / MEMBERS))
    await remember_one(store, report, min(MEMBERS, number))
    await copy(store, releases)
    used = await memory(store) - before
    group, version = group_of(releases - 1), version_of(releases - 1)
    own = placements(group, "2.0000")[0]
    image = report.model_copy(update={"image": str(own.image), "digest": digest(f"{own.image}")})
    cells = [
        await cost(store, lambda: check(store, own, image)),
        await cost(store, lambda: Reports(store).newest()),
        await cost(store, lambda: page(store, ReleaseName(group, version))),
        await cost(store, lambda: poll(store, own.image)),
    ]
    shown = f"{used / 1e6:7.1f} MB {used / (releases * min(MEMBERS, number)) / 1000:6.1f} KB"
    say(f"{releases * min(MEMBERS, number):>8} {shown} {' '.join(cells)}")


async def remember_one(store: Store, report: Report, members: int) -> None:
    """As a worker does."""
    for own in placements(GROUP, VERSION)[:members]:
        await check(store, own, report.model_copy(update={"image": str(own.image), "digest": digest(str(own.image))}))


async def check(store: Store, own: Placement, report: Report) -> None:
    """All that a push of an image and its check ask of the store."""
    releases, reports, now = Releases(store), Reports(store), await store.now()
    name = str(own.image)
    await Pushes(store).announce(name)
    before = await releases.before(own.release)
    known = await releases.load(before) if before else None
    await releases.join(Arrival(own, now))
    await reports.latest(name)
    baseline = await releases.before(own.release, own.family)
    await releases.load(own.release)
    if baseline and known and known.members:
        await reports.get(str(known.members[0].image), known.members[0].digest)
    await Sisters(store).of(fake_evidence(report))
    await reports.save(report, started=now, policy="bench@1")
    await Digests(store).remember_all(report)
    await releases.record(MemberCheck(own, report.digest, report.verdict, now, pushed_at=now, settled_at=now))
    await Digests(store).tags(own.image.name, report.digest)


async def page(store: Store, name: ReleaseName) -> None:
    """All that a release's page and its Slack message ask."""
    release = await Releases(store).load(name)
    if release is None:
        raise LookupError(name.title)
    await Reports(store).latest_of([str(member.image) for member in release.members])


async def poll(store: Store, image: Reference) -> None:
    """All that a look at one watched repository asks when nothing is new."""
    await Polls(store).load(image.name)
    await Polls(store).due()
    await Pushes(store).heard(str(image))


def fake_evidence(report: Report) -> Evidence:
    return Evidence(Reference.parse(report.image), report.digest, "", is_index=True, platforms=())


def placements(group: str, version: str) -> list[Placement]:
    names = [(registry, image) for image in "abcdef" for registry in ("quay.io", "docker.io")]
    return [
        Placement(Reference(registry, f"{group}/{image}", version), ReleaseName(group, version))
        for registry, image in names
    ]


def group_of(number: int) -> str:
    return f"bench/group-{number // VERSIONS:06}"


def version_of(number: int) -> str:
    return f"1.{number % VERSIONS:04}"


async def copy(store: Store, releases: int) -> None:
    """All keys of the first release, under the names of the others."""
    redis = store.redis
    keys = [key async for key in redis.scan_iter("*") if GROUP in key or ":family:" in key]
    kept = [(key, await read(redis, key)) for key in keys]
    pipe, waiting = redis.pipeline(transaction=False), 0
    for number in range(1, releases):
        group, version = group_of(number), version_of(number)

        def renamed(text: str, group: str = group, version: str = version) -> str:
            return text.replace(GROUP, group).replace(VERSION, version)

        for key, value in kept:
            put(pipe, f"{key}{number}" if ":family:" in key else renamed(key), value, renamed)
            waiting += 2
        if waiting > BATCH:
            await pipe.execute()
            waiting = 0
    await pipe.execute()


def put(pipe: "Pipeline", key: str, value: Value, renamed: Callable[[str], str]) -> None:
    match value:
        case str():
            pipe.set(key, renamed(value))
        case dict():
            pipe.hset(key, items=[renamed(part) for pair in value.items() for part in pair])
        case tuple():
            pipe.zadd(key, {renamed(member): score for member, score in value})
        case list():
            pipe.rpush(key, *[renamed(part) for part in value])
    pipe.expire(key, 1_000_000)


async def read(redis: Redis, key: str) -> Value:
    match await redis.type(key):
        case "string":
            return str(await redis.get(key))
        case "hash":
            return {str(field): str(text) for field, text in (await redis.hgetall(key)).items()}
        case "zset":
            scored: Any = await redis.zrange(key, 0, -1, withscores=True)
            return tuple(scored)
        case _:
            return [str(part) for part in await redis.lrange(key, 0, -1)]


async def memory(store: Store) -> int:
    return int((await store.redis.info("memory"))["used_memory"])


async def commands(store: Store) -> int:
    return int((await store.redis.info("stats"))["total_commands_processed"])


async def cost(store: Store, ask: Callable[[], Awaitable[object]]) -> str:
    """Milliseconds and commands of one, the middle of TIMES."""
    await ask()
    begun, times = await commands(store), []
    for _ in range(TIMES):
        start = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - start)
    asked = (await commands(store) - begun - 1) / TIMES
    return f"{sorted(times)[TIMES // 2] * 1000:6.1f} ms {asked:3.0f} cmd"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
