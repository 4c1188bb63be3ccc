"""A Slack message before it is sent: text, blocks and metadata; and the kinds of blocks that we use.

Limits: https://docs.slack.dev/reference/block-kit/blocks
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct, field

from bot.render.slack.escape import clean, cut, is_safe
from bot.values import replace

Block: TypeAlias = dict[str, object]

TEXT_MAX: Final = 4000
"""Code points of the top-level text; chat.update refuses longer text."""

MRKDWN_MAX: Final = 3000
"""Code points of one escaped text; Slack refuses longer text."""

SECTION_MAX: Final = 2900
"""Code points that we put into a section."""

BLOCKS_TEXT_MAX: Final = 9000
"""Code points of the text of all blocks together; Slack refused 11,341."""

HEADER_MAX: Final = 150
"""Code points of a header; Slack refuses a longer one."""

BLOCKS_MAX: Final = 50
FOOT: Final = "foot"
"""The block that ends with the time of the check. That last element does not count as content."""


class MessageDraft(Struct, frozen=True):
    """A rendered message, before it has a revision and a channel.

    `facts` is the payload of the metadata: strings and integers without secrets. Everybody in the channel can read it.
    """

    text: str
    blocks: tuple[Block, ...]
    event: str  # metadata's event_type, at most 50 characters
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """A hash of the content without the time of the check. The same hash means that no edit is needed."""
        content = [self.text, [_without_time(block) for block in self.blocks]]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]

    def fits(self) -> bool:
        """Whether the whole message is within the limits and passes the final check."""
        if len(self.text) > TEXT_MAX or len(self.blocks) > BLOCKS_MAX:
            return False
        sizes = [(block["type"], [len(part) for part in texts(block)]) for block in self.blocks]
        longest = max((max(its, default=0) for kind, its in sizes if kind != "rich_text"), default=0)
        whole = sum(sum(its) for _, its in sizes)
        return whole <= BLOCKS_TEXT_MAX and longest <= MRKDWN_MAX and is_safe(self.text, self.blocks)

    def plain(self) -> "MessageDraft":
        """The message as one escaped section, for when Slack refused the full form.

        A message with a rich_text block keeps one, because Slack would answer `block_mismatch`.
        """
        shown = self.text if is_safe(self.text, ()) else self.text.replace("<", "&lt;").replace(">", "&gt;")
        blocks = [section("plain", shown[:SECTION_MAX])]
        if any(block["type"] == "rich_text" for block in self.blocks):
            blocks.append(rich_text("plain-rich", [paragraph("The details are in the report.")]))
        return replace(self, text=shown[:TEXT_MAX], blocks=tuple(blocks))


def _without_time(block: Block) -> Block:
    elements = block.get("elements")
    if block.get("block_id") != FOOT or not isinstance(elements, list):
        return block
    return {**block, "elements": elements[:-1]}


def texts(thing: object) -> list[str]:
    """Every visible text in blocks."""
    found: list[str] = []
    _collect(thing, found)
    return found


def _collect(thing: object, found: list[str]) -> None:
    if isinstance(thing, list | tuple):
        for value in thing:
            _collect(value, found)
    elif isinstance(thing, dict | Mapping):
        for key, value in thing.items():
            if not isinstance(value, str):
                _collect(value, found)
            elif key == "text":
                found.append(value)


def header(block_id: str, text: str) -> Block:
    """A header: plain text, at most HEADER_MAX characters."""
    return {"type": "header", "block_id": block_id, "text": _plain_text(cut(clean(text), HEADER_MAX), emoji=True)}


def headed(block_id: str, sign: str, name: str, verdict: str) -> Block:
    """A header such as `❌ acme/app 1.16.0: not ready`, with the verdict in any case.

    Of a name that is too long the end is shown, where the image and its version stand.
    """
    room = max(HEADER_MAX - len(f"{sign} : {verdict}"), 1)
    shown = name if len(name) <= room else "…" + name[len(name) - room + 1 :]
    return header(block_id, f"{sign} {shown}: {verdict}")


def section(block_id: str, mrkdwn: str) -> Block:
    """A section of mrkdwn. The caller has escaped it and kept it below SECTION_MAX."""
    return {"type": "section", "block_id": block_id, "text": _mrkdwn(mrkdwn)}


def context(block_id: str, *mrkdwn: str) -> Block:
    """Small print: at most ten elements."""
    return {"type": "context", "block_id": block_id, "elements": [_mrkdwn(part) for part in mrkdwn[:10]]}


def actions(block_id: str, *elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(action_id: str, label: str, *, value: str = "", url: str = "", spoken: str = "") -> Block:
    """A button. `spoken` is its label for screen readers, at most 75 characters."""
    made: Block = {"type": "button", "action_id": action_id, "text": _plain_text(label, emoji=False)}
    optional = {"value": value, "url": url, "accessibility_label": cut(clean(spoken), 75)}
    return made | {key: text for key, text in optional.items() if text}


def rich_text(block_id: str, elements: list[Block]) -> Block:
    """A rich_text block. Slack parses nothing in it, so untrusted text is safe. Slack refuses an empty one."""
    return {"type": "rich_text", "block_id": block_id, "elements": list(elements) or [paragraph("")]}


def paragraph(text: str, *, bold: str = "") -> Block:
    """A paragraph of rich_text, optionally with a bold beginning."""
    runs: list[Block] = [{"type": "text", "text": f"{bold} ", "style": {"bold": True}}] if bold else []
    return {"type": "rich_text_section", "elements": [*runs, *_runs(text)] or _runs("(empty)")}


def linked(bold: str, label: str, url: str, tail: str = "") -> Block:
    """A paragraph with one link; without `url` only the label. `url` comes from our own templates."""
    head: Block = {"type": "text", "text": f"{bold} ", "style": {"bold": True}}
    place: Block = {"type": "link", "url": url, "text": label} if url else {"type": "text", "text": label}
    rest: list[Block] = [{"type": "text", "text": tail}] if tail else []
    return {"type": "rich_text_section", "elements": [head, place, *rest]}


def _runs(text: str) -> list[Block]:
    """Text between two backticks becomes code. A single backtick stays a backtick."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    if not all(parts[1::2]):  # two backticks without text between them
        parts = [text]
    styles: tuple[Block, Block] = ({}, {"style": {"code": True}})
    return [{"type": "text", "text": part} | styles[number % 2] for number, part in enumerate(parts) if part]


def bullets(lines: Iterable[str]) -> Block:
    """A list in rich_text."""
    made = [paragraph(line) for line in lines]
    return {"type": "rich_text_list", "style": "bullet", "elements": made or [paragraph("")]}


def preformatted(text: str) -> Block:
    """Text to copy, in rich_text."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text or "(empty)"}]}


def _plain_text(text: str, *, emoji: bool) -> Block:
    return {"type": "plain_text", "emoji": emoji, "text": text}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
