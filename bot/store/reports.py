"""The reports that were made: by image and digest, the newest of each image, and how its verdict went over time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import StoreError
from bot.report import Report, Verdict
from bot.store.atomic import Atomic
from bot.store.connection import Store, trouble
from bot.store.families import remember
from bot.store.packing import packed, unpacked

REPORT_TTL: Final = 180 * 24 * 3600
"""Seconds; as long as the thread that speaks of it is remembered."""

REPORT_MAX: Final = 4 * 1024 * 1024
"""Characters of one report as JSON, each of 4 bytes at most."""

IMAGES_MAX: Final = 2000
"""Images in the list of the newest."""

HISTORY_MAX: Final = 50
"""Verdicts of one image."""


PARSED_MAX: Final = 32
"""Reports that stay parsed, by their text: those of a release are read for the post of each of its images."""

PARSED_LENGTH: Final = 64 * 1024
"""Characters as JSON; a longer report is parsed each time. The one of an image with two platforms has 14,000."""

_PARSED: Final[dict[str, Report]] = {}

_LATEST: Final = """
local found = {}
for index, key in ipairs(KEYS) do
  local digest, started, policy = unpack(redis.call('HMGET', key, 'digest', 'started', 'policy'))
  found[index] = {digest and redis.call('GET', ARGV[index] .. digest), started, policy}
end
return found
"""
"""KEYS latest of each image; ARGV for each what the keys of its reports begin with. The report's text, `started` and
`policy` of each, nil for what is not there.
"""


class Past(BaseModel):
    """One entry of an image's history: what it was from `since` on, and when that was last seen."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    digest: str
    verdict: Verdict
    since: datetime
    seen: datetime
    failing: tuple[str, ...] = ()  # ids of rules


class Latest(Struct, frozen=True):
    """The newest report of an image. `started` is when the look at the registry began (the store's clock, seconds)."""

    report: Report
    started: float
    policy: str  # version of the policy that judged


class Reports:
    """Remembers reports. `image` is normalised, as in Report.image. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._atomic = Atomic(store.redis)
        self._latest = store.redis.register_script(_LATEST)

    async def save(self, report: Report, *, started: float, policy: str) -> None:
        """Keep a report, all of its traces at once or none."""
        text = report.model_dump_json()
        if len(text) > REPORT_MAX:
            why = f"the report on {report.image} has more than REPORT_MAX = {REPORT_MAX} characters"
            raise StoreError(why, retry_after=None)
        kept = packed(text)
        history = self._store.key("history", report.image)
        with trouble("saving a report"):
            newest = await self._head(report.image)
            past = _continued(newest, report)
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.set(self._report_key(report.image, report.digest), kept, ex=REPORT_TTL)
                latest = self._store.key("latest", report.image)
                pipe.hset(latest, mapping={"digest": report.digest, "started": repr(started), "policy": policy})
                pipe.expire(latest, REPORT_TTL)
                if newest is not None and _told(past) == _told(newest):
                    pipe.lpop(history)
                entry = past.model_dump_json()
                pipe.lrem(history, 1, entry)  # there already when this is sent again because the answer was lost
                pipe.lpush(history, entry)
                pipe.ltrim(history, 0, HISTORY_MAX - 1)
                pipe.expire(history, REPORT_TTL)
                images = self._store.key("images")
                pipe.zadd(images, {report.image: report.checked_at.timestamp()})
                pipe.zremrangebyrank(images, 0, -IMAGES_MAX - 1)
                pipe.expire(images, REPORT_TTL)
                remember(pipe, self._store, report)
                await self._atomic.run(pipe)
        _stay(kept, report, len(text))  # who posts it reads it in a moment

    async def get(self, image: str, digest: str) -> Report | None:
        """The last report on that image at that digest."""
        with trouble("reading a report"):
            return _read(await self._store.redis.get(self._report_key(image, digest)))

    async def latest(self, image: str) -> Latest | None:
        """The newest report on that image, whatever its digest; None too when it cannot be read any more."""
        with trouble("reading a report"):
            [(text, started, policy)] = await self._found([image])
            report = _read_or_none(text)
        return None if report is None else Latest(report, float(started), str(policy))

    async def newest(self, count: int = 50) -> tuple[Report, ...]:
        """The newest report of each image, newest first; what cannot be read any more is left out."""
        with trouble("listing reports"):
            listed = await self._store.redis.zrevrange(self._store.key("images"), 0, count - 1)
            images = [str(image) for image in listed]
        return await self.latest_of(images)

    async def latest_of(self, images: Sequence[str]) -> tuple[Report, ...]:
        """The newest report of each of these, in their order; those that cannot be read are left out."""
        if not images:
            return ()
        with trouble("reading reports"):
            texts = [text for text, _, _ in await self._found(images)]
        return tuple(report for text in texts if (report := _read_or_none(text)) is not None)

    async def history(self, image: str, count: int = HISTORY_MAX) -> tuple[Past, ...]:
        """How digest and verdict of the image changed, newest first."""
        with trouble("reading a history"):
            texts = await self._store.redis.lrange(self._store.key("history", image), 0, count - 1)
        return tuple(past for text in texts if (past := _read_past(text)) is not None)

    async def histories(self, images: Sequence[str], count: int = HISTORY_MAX) -> dict[str, tuple[Past, ...]]:
        """The same of each of these."""
        with trouble("reading histories"):
            async with self._store.redis.pipeline(transaction=False) as pipe:
                for image in images:
                    pipe.lrange(self._store.key("history", image), 0, count - 1)
                found = await pipe.execute()
        pasts = (tuple(past for text in texts if (past := _read_past(text)) is not None) for texts in found)
        return dict(zip(images, pasts, strict=True))

    async def _found(self, images: Sequence[str]) -> list[tuple[str | None, str, str]]:
        """As _LATEST answers it."""
        keys = [self._store.key("latest", image) for image in images]
        return await self._latest(keys=keys, args=[self._report_key(image, "") for image in images])  # type: ignore[no-any-return]

    async def _head(self, image: str) -> Past | None:
        text = await self._store.redis.lindex(self._store.key("history", image), 0)
        return _read_past(text)

    def _report_key(self, image: str, digest: str) -> str:
        return self._store.key("report", f"{image}@{digest}")


def _told(past: Past) -> tuple[datetime, str, Verdict]:
    """What one entry says; two checks may be made in the same second."""
    return past.since, past.digest, past.verdict


def _continued(newest: Past | None, report: Report) -> Past:
    """The history's next entry; the same entry, seen once more, when neither digest nor verdict changed."""
    same = newest is not None and (newest.digest, newest.verdict) == (report.digest, report.verdict)
    since = newest.since if newest is not None and same else report.checked_at
    failing = tuple(result.rule for result in report.failing())
    return Past(digest=report.digest, verdict=report.verdict, since=since, seen=report.checked_at, failing=failing)


def _read(text: str | bytes | None) -> Report | None:
    if text is None:
        return None
    known = _PARSED.get(str(text))
    return _parsed(str(text)) if known is None else known


def _parsed(text: str) -> Report:
    whole = unpacked(text, most=4 * REPORT_MAX)
    try:
        report = Report.model_validate_json(whole)
    except ValidationError as error:
        raise StoreError(f"a stored report cannot be read: {error.error_count()} fields do not fit") from error
    _stay(text, report, len(whole))
    return report


def _stay(text: str, report: Report, length: int) -> None:
    """Let it stay parsed, if it is not too long as JSON."""
    if length <= PARSED_LENGTH:
        while len(_PARSED) >= PARSED_MAX:
            del _PARSED[next(iter(_PARSED))]
        _PARSED[text] = report


def _read_or_none(text: str | bytes | None) -> Report | None:
    try:
        return _read(text)
    except StoreError:
        return None


def _read_past(text: str | bytes | None) -> Past | None:
    if text is None:
        return None
    try:
        return Past.model_validate_json(text)
    except ValidationError:
        return None
