"""The page of one image: its versions in time, tags that moved, and how verdicts changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from msgspec import Struct

from bot.board import BoardCell
from bot.render.audit.words import WHAT
from bot.render.html.words import Mark
from bot.report import Verdict
from bot.report.audit.document import VersionTurn

GAINED: Final = ("pass", "+")
LOST: Final = ("fail", "-")


class PastVerdict(Struct, frozen=True):
    """An entry of an image's history, as the store keeps it."""

    digest: str
    verdict: Verdict
    since: datetime
    failing: tuple[str, ...]


class MovedTag(Struct, frozen=True):
    """A version's tag that stood for another digest before."""

    image: str
    before: str
    after: str
    at: datetime


Histories = Mapping[str, Sequence[PastVerdict]]
"""By image, the newest entry first."""


def turn_mark(turn: VersionTurn) -> Mark:
    """E.g. `- lost SBOM`."""
    tone, sign = GAINED if turn.kind == "gained" else LOST
    return Mark(f"{turn.kind} {WHAT[turn.what]}", tone, sign)


def moved_tags(line: Sequence[BoardCell], histories: Histories) -> tuple[MovedTag, ...]:
    """Version tags that moved, the newest move first; tags that move by design are not told."""
    moved = [one for cell in line if cell.version for one in _moves(cell.image, histories.get(cell.image, ()))]
    return tuple(sorted(moved, key=lambda one: one.at, reverse=True))


def _moves(image: str, history: Sequence[PastVerdict]) -> Iterator[MovedTag]:
    for newer, older in pairwise(history):
        if newer.digest != older.digest and newer.digest and older.digest:
            yield MovedTag(image, older.digest, newer.digest, newer.since)
