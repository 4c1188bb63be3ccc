"""What people import: lines of JSON that another store's `provenance export` wrote, or anybody else."""

import json
from typing import Any

from bot.store import Store
from bot.store.attention.records import plain
from bot.store.channel_choices import ChannelChoices
from bot.store.digest_marks import ChosenSchedule
from bot.store.moving import SCHEMA, exported, imported
from bot.store.watches import Watch
from tests.attention.saying import acknowledged, muted, proposed, revoked, snoozed, waiver
from tests.fuzz.reader import Reader, clean_text_of
from tests.fuzz.real_store import real_store

HEADER = json.dumps({"schema": SCHEMA})


def _import(data: bytes) -> None:
    """Into an empty store, which can be exported and imported again afterwards."""
    lines = [HEADER, *clean_text_of(data).split("\n")]
    lines.append(_line("end", {"lines": len(lines)}).decode())

    async def come_over(store: Store) -> None:
        try:
            await imported(store, lines)
        finally:
            stored = [line async for line in exported(store)]
            assert not any(what.endswith("stored") for what in await imported(store, stored))

    real_store().run(come_over)


def _line(kind: str, value: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps({"kind": kind, "value": value}).encode()


def _seeds() -> tuple[bytes, ...]:
    watch = Watch(glob="quay.io/acme/*", tags=("1.*",), who="U1", channel="C0RELEASES", at=12.5)
    chosen = ChosenSchedule(team="T1", channel="C0RELEASES", digest="weekly friday 18:00 Europe/Berlin", who="U1")
    choices = ChannelChoices(team="T1", channel="C0RELEASES", passes="none", threads="off", who="U1", at=1.0)
    record = {"state": "posted", "text": "x", "blocks": "[]", "facts": "{}", "ts": "17.5", "rev": "1"}
    thread = {"team": "T1", "channel": "C1", "subject": "acme/app 1", "parent": record, "replies": {"fix:1": record}}
    records = (
        _line("watch", watch.model_dump(mode="json")),
        _line("digest", chosen.model_dump(mode="json")),
        _line("channel", choices.model_dump(mode="json")),
        _line("thread", {**thread, "newest_at": 2.5}),
        _line("acknowledgement", plain(acknowledged())),
        _line("snooze", plain(snoozed())),
        _line("mute", plain(muted())),
        _line("revoked-secret", plain(revoked())),
        _line("proposed-fix", plain(proposed())),
        _line("waiver", plain(waiver())),
    )
    return (*records, b"\n".join(records))


readers = (Reader("import", _import, _seeds),)
