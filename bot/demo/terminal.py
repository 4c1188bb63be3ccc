"""Prints threads: the same messages as in Slack and on the page, drawn with rich."""

import html
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from bot.render.blocks import Run, Shown, shown
from bot.render.plain import plain
from bot.store.threads import Message, Thread

TONES: Final = {"pass": "green", "warn": "yellow", "fail": "red", "unknown": "magenta", "quiet": "bright_black"}


def drawn(thread: Thread) -> RenderableType:
    """The parent in a frame with the verdict's colour, and for each reply the text of its notification."""
    blocks = shown(thread.parent.blocks)
    head = next((block for block in blocks if block.style == "head"), None)
    title = _line(head.lines[0]) if head else Text(plain(thread.address.subject), style="bold")
    tone = next((run.mark.tone for run in head.lines[0] if run.mark), "quiet") if head else "quiet"
    inside = [*_lines(block for block in blocks if block is not head), *map(_reply, thread.replies)]
    return Panel(Group(title, *inside), border_style=TONES[tone], padding=(0, 1))  # a title of the frame would be cut


def _reply(message: Message) -> RenderableType:
    text = Text("↳ ", style="bright_black")
    text.append(plain(html.unescape(message.text)), style="default")
    return Padding(text, (0, 0, 0, 2))


def _lines(blocks: Iterable[Shown]) -> Iterator[Text]:
    for block in blocks:
        for line in block.lines:
            text = _line(line)
            if block.style == "small":
                text.stylize("dim")
            yield text


def _line(runs: Sequence[Run]) -> Text:
    text = Text()
    for run in runs:
        if run.mark is not None:
            text.append(f"{run.mark.sign} {plain(run.text)}", style=f"bold {TONES[run.mark.tone]}")
            continue
        if runs[0].mark and run is runs[1] and run.text[:1] not in {" ", ":"}:
            text.append(" ")  # after a mark
        text.append(plain(run.text), style="bold" if run.kind in {"code", "bold"} else "")
    return text
