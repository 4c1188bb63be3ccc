"""What people entered, moved from one store to another as JSON lines: watches, what they said, threads.

When a channel wants its digest, and what else it has chosen, is among it.

Reports and releases are not among it: they are made again. What is there already stays as it is. The last line says how
many there are, so that a file that was cut is told from a whole one.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from pydantic import ValidationError

from bot.attention import Kind
from bot.errors import MalformedError, StoreError, UsageError
from bot.store.attention import moving as attention
from bot.store.channel_choices import ChannelChoices, StoredChoices
from bot.store.connection import Store
from bot.store.digest_marks import ChosenSchedule, DigestMarks
from bot.store.threads import moving as threads
from bot.store.threads.moving import MovedThread
from bot.store.watches import StoredWatches, Watch

SCHEMA: Final = "provenance-bot/export/v1"

END: Final = "end"
"""The kind of the last line."""

LINE_MAX: Final = 8 * 1024 * 1024
"""Characters of one line; a thread has some 50,000."""

LINES_MAX: Final = 200_000
"""Lines of one file."""


async def exported(store: Store) -> AsyncIterator[str]:
    """The lines. Raises StoreError."""
    yield json.dumps({"schema": SCHEMA})
    lines = 1
    async for line in _records(store):
        yield line
        lines += 1
    yield _line(END, {"lines": lines})


async def _records(store: Store) -> AsyncIterator[str]:
    for watch in await StoredWatches(store).all():
        yield _line("watch", watch.model_dump(mode="json"))
    for chosen in await DigestMarks(store).all():
        yield _line("digest", chosen.model_dump(mode="json"))
    for choices in await StoredChoices(store).all():
        yield _line("channel", choices.model_dump(mode="json"))
    async for kind, value in attention.exported(store):
        yield _line(kind, value)
    async for thread in threads.exported(store):
        yield _line("thread", thread.model_dump(mode="json"))


async def imported(store: Store, lines: Iterable[str]) -> Mapping[str, int]:
    """How many of each kind were stored, or were there and stayed, e.g. `threads kept`.

    Raises MalformedError with the number of the first line that cannot be read, or for a file without its end: what is
    before it is stored, and importing the corrected file again changes nothing about it. Raises StoreError.
    """
    counts: Counter[str] = Counter()
    known = {watch.glob for watch in await StoredWatches(store).all()}
    number, is_whole = 0, False
    for number, line in enumerate(lines, 1):
        if is_whole:
            raise MalformedError(f"line {number}: the line before it is the end")
        if number > LINES_MAX or len(line) > LINE_MAX:
            raise MalformedError(f"line {number}: limit of {LINES_MAX} lines or {LINE_MAX} characters exceeded")
        try:
            value = json.loads(line)
            if is_whole := _is_end(value, number):
                continue
            counts.update([await _store(store, value, known, is_first=number == 1)])
        except (ValueError, ValidationError, RecursionError, UsageError) as error:
            raise MalformedError(f"line {number}: {_why(error)}") from None
        except StoreError as error:
            if error.retry_after is None:  # the record, not the store
                raise MalformedError(f"line {number}: {error}") from None
            raise
    if not is_whole:
        raise MalformedError(
            f"it ends after {number} lines and its last one is missing, so it was cut; what it has is stored"
        )
    counts.pop("", None)
    return counts


def _is_end(value: object, number: int) -> bool:
    """Whether it is the last line. Raises ValueError when lines are missing before it."""
    match value:
        case {"kind": str(kind), "value": {"lines": int(lines)}} if kind == END and number > 1:
            if lines != number - 1:
                raise ValueError(f"{lines} lines were written before it, and {number - 1} are there")
            return True
        case _:
            return False


async def _store(store: Store, value: object, known: set[str], *, is_first: bool) -> str:
    match value:
        case {"schema": str(schema)} if is_first:
            if schema != SCHEMA:
                raise ValueError(f"expected {SCHEMA}, not {schema[:80]!r}")
            return ""
        case {"kind": "watch", "value": entry} if not is_first:
            watch = Watch.model_validate(entry)
            if watch.glob in known:
                return "watches kept"
            await StoredWatches(store).add(watch)
            return "watches stored"
        case {"kind": "digest" | "channel" as kind, "value": entry} if not is_first:
            return await _of_channel(store, kind, entry)
        case {"kind": "thread", "value": entry} if not is_first:
            return (
                "threads stored" if await threads.imported(store, MovedThread.model_validate(entry)) else "threads kept"
            )
        case {"kind": str(kind), "value": entry} if not is_first and kind in attention.PLURALS:
            is_new = await attention.imported(store, Kind(kind), entry)
            return f"{attention.PLURALS[Kind(kind)]} {'stored' if is_new else 'kept'}"
        case _:
            raise ValueError(f'expected {{"schema": "{SCHEMA}"}}' if is_first else "not a kind that is known here")


async def _of_channel(store: Store, kind: str, entry: object) -> str:
    """What a channel has chosen."""
    if kind == "digest":
        chosen, marks = ChosenSchedule.model_validate(entry), DigestMarks(store)
        if await marks.chosen(chosen.team, chosen.channel) is not None:
            return "schedules of digests kept"
        await marks.choose(chosen)
        return "schedules of digests stored"
    choices, stored = ChannelChoices.model_validate(entry), StoredChoices(store)
    if not (await stored.of(choices.team, choices.channel)).is_empty:
        return "settings of channels kept"
    await stored.put(choices)
    return "settings of channels stored"


def _line(kind: str, value: object) -> str:
    return json.dumps({"kind": kind, "value": value}, ensure_ascii=False)


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return "is not JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else str(error)
