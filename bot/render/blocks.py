"""Reads Slack blocks back into text, marks and code, so that pages and terminals show the same message as Slack.

It knows only the blocks that our own messages use (bot/render/slack/). The caller escapes the text.
https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct

from bot.render.html.words import Mark

Kind = Literal["text", "bold", "code", "mark", "time"]


class Run(Struct, frozen=True):
    """A piece of a line. A mark's `text` is its word; a time's `moment` is shown in UTC."""

    kind: Kind
    text: str
    mark: Mark | None = None
    moment: datetime | None = None


class Shown(Struct, frozen=True):
    """A block: lines of runs, in a style. Each line of a list is an entry; preformatted text is one line."""

    style: Literal["head", "said", "small", "paragraph", "list", "code"]
    lines: tuple[tuple[Run, ...], ...]


_EMOJI: Final = {
    "white_check_mark": ("pass", "✓"),
    "x": ("fail", "✕"),
    "warning": ("warn", "!"),
    "grey_question": ("unknown", "?"),
    "heavy_minus_sign": ("quiet", "○"),
    "ballot_box_with_check": ("warn", "~"),
    "hourglass_flowing_sand": ("unknown", "…"),
    "rotating_light": ("fail", "!"),
}
_SIGNS: Final = {
    "✅": Mark("Pass", "pass", "✓"),
    "❌": Mark("Fail", "fail", "✕"),
    "⚠️": Mark("Warn", "warn", "!"),
    "❔": Mark("Unknown", "unknown", "?"),
    "🚨": Mark("Critical", "fail", "!"),
    "⏳": Mark("Waiting", "unknown", "…"),
}
_HEAD: Final = re.compile(rf"({'|'.join(_SIGNS)}) (.*)", re.DOTALL)
_TOKEN: Final = re.compile(
    r":(?P<emoji>[a-z_]{1,40}):(?: \*(?P<word>[^*\n]{1,80})\*)?"
    r"|`(?P<code>[^`\n]+)`"
    r"|\*(?P<bold>[^*\n]+)\*"
    r"|<!date\^(?P<epoch>\d{1,12})\^[^|>]*\|(?P<fallback>[^>]*)>"
    r"|<https?://[^|>\s]*\|(?P<label>[^>]*)>"
    r"|<(?:@|!subteam\^)(?P<owner>[USW][A-Z0-9]{1,30})>",
)


def shown(blocks: Iterable[Mapping[str, object]]) -> tuple[Shown, ...]:
    """All blocks with text. Buttons are left out: pages have their own."""
    return tuple(one for block in blocks for one in _block(block))


def _block(block: Mapping[str, object]) -> Iterator[Shown]:
    match block:
        case {"type": "header", "text": {"text": str(text)}}:
            yield Shown("head", (_head(text),))
        case {"type": "section", "text": {"type": "mrkdwn", "text": str(text)}}:
            yield Shown("said", _lines(text))
        case {"type": "context", "elements": list(elements)}:
            yield Shown("small", tuple(line for element in elements for line in _lines(_text(element))))
        case {"type": "rich_text", "elements": list(elements)}:
            for element in elements:
                yield from _rich(element)
        case _:
            return


def _rich(element: Mapping[str, object]) -> Iterator[Shown]:
    match element:
        case {"type": "rich_text_section", "elements": list(runs)}:
            yield Shown("paragraph", (_runs(runs),))
        case {"type": "rich_text_list", "elements": list(entries)}:
            yield Shown("list", tuple(_runs(entry.get("elements", [])) for entry in entries))
        case {"type": "rich_text_preformatted", "elements": list(runs)}:
            yield Shown("code", ((Run("text", "".join(_text(run) for run in runs)),),))
        case _:
            return


def _runs(elements: Iterable[Mapping[str, object]]) -> tuple[Run, ...]:
    runs = []
    for element in elements:
        style = element.get("style")
        styles = style if isinstance(style, Mapping) else {}
        kind: Kind = "bold" if styles.get("bold") else "code" if styles.get("code") else "text"
        runs.append(Run(kind, _text(element)))
    return tuple(runs)


def _head(text: str) -> tuple[Run, ...]:
    """A header begins with a sign, which stands for a word; some headers repeat the word."""
    match = _HEAD.fullmatch(text)
    if match is None:
        return (Run("text", text),)
    mark = _SIGNS[match[1]]
    return (Run("mark", mark.word, mark), Run("text", match[2].removeprefix(f"{mark.word}: ")))


def _lines(mrkdwn: str) -> tuple[tuple[Run, ...], ...]:
    return tuple(tuple(_line(line)) for line in mrkdwn.split("\n"))


def _line(line: str) -> Iterator[Run]:
    end = 0
    for match in _TOKEN.finditer(line):
        if match.start() > end:
            yield Run("text", html.unescape(line[end : match.start()]))
        yield _run(match)
        end = match.end()
    if end < len(line):
        yield Run("text", html.unescape(line[end:]))


def _run(match: re.Match[str]) -> Run:
    if match["emoji"] and match["emoji"] in _EMOJI:
        word = html.unescape(match["word"] or match["emoji"].replace("_", " "))
        return Run("mark", word, Mark(word, *_EMOJI[match["emoji"]]))
    if match["code"]:
        return Run("code", html.unescape(match["code"]))
    if match["bold"]:
        return Run("bold", html.unescape(match["bold"]))
    if match["epoch"]:
        return Run("time", html.unescape(match["fallback"]), moment=datetime.fromtimestamp(int(match["epoch"]), UTC))
    if match["owner"]:  # a page does not mention people
        return Run("text", f"@{match['owner']}")
    return Run("text", html.unescape(match["label"] or match[0]))


def _text(element: object) -> str:
    text = element.get("text", "") if isinstance(element, Mapping) else ""
    return text if isinstance(text, str) else ""
