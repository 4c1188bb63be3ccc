"""Makes untrusted text safe for Slack: cleaned, cut, then escaped; and a final check of the finished message.

Text from registries, webhooks, attestations, SBOMs, Git, certificates and users is untrusted.
Formatting: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

VALUE_MAX = 300
"""Code points of one untrusted value in a message."""

BLOCK_MAX = 1500
"""Code points of lines to paste in one answer."""

ADDRESS_MAX = 2500
"""Code points of a URL; Slack accepts 3,000."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff\ud800-\udfff]",
)
"""Control, invisible and direction-changing characters, and lone surrogates (not valid in UTF-8)."""

_EMOJI = re.compile(r":(?=[A-Za-z0-9_+'-]{1,100}:)")
_BACKTICK = "\u02cb"
_COLON = "\u2236"
_FORMATTING = str.maketrans({"`": _BACKTICK, "*": "\u2217", "~": "\u223c"})
"""Lookalikes of the characters that mrkdwn parses."""

_LINK_STARTS = ("<https://", "<!date^", "<!subteam^S", "<@U", "<@W", "<#C")


def clean(text: str) -> str:
    """Replace characters that are invisible, change the direction or cannot be encoded. Newlines and tabs stay."""
    return _UNSEEN.sub("\ufffd", text)


def cut(text: str, budget: int = VALUE_MAX) -> str:
    """At most `budget` code points, with `…` at the end if text was cut. Call it before escaping, never after."""
    return text if len(text) <= budget else text[: budget - 1] + "…"


def plain(text: str, budget: int = VALUE_MAX) -> str:
    """For rich_text and plain_text, in which Slack parses nothing."""
    return cut(clean(text), budget) or "(empty)"


def escaped(text: str, budget: int = VALUE_MAX) -> str:
    """For the top-level text: escapes `&`, `<` and `>`, in that order."""
    return _entities(cut(clean(text), budget))


def code(text: str, budget: int = VALUE_MAX) -> str:
    """A code span. Slack has no escape for a backtick, so a similar character replaces it."""
    line = re.sub(r"[\n\t]", " ", cut(clean(text), budget)).replace("`", _BACKTICK).strip()
    return f"`{_entities(line or '(empty)')}`"


def code_block(text: str, budget: int = BLOCK_MAX) -> str:
    """Lines to paste, as they are: indentation, pipes and colons stay. Whole lines only, as many as the budget allows.

    Slack parses nothing in a code block but its end, so of three backticks in a row the middle one is replaced.
    """
    kept = text.strip("\n").expandtabs(4)
    if len(kept) > budget:
        kept = kept[:budget].rpartition("\n")[0] + "\n…"
    return f"```\n{_entities(clean(kept).replace('```', f'`{_BACKTICK}`'))}\n```"


def advice(text: str, budget: int = VALUE_MAX) -> str:
    """A sentence of ours, with what stands in backticks as code spans that can be copied; the rest as `prose`."""
    parts = cut(clean(text), budget).split("`")
    if len(parts) % 2 == 0:  # a backtick without its other half
        return prose(text, budget)
    said = [code(part) if at % 2 else _said(part) for at, part in enumerate(parts) if part]
    return "".join(said).strip() or "(empty)"


def prose(text: str, budget: int = VALUE_MAX) -> str:
    """Our own sentence that contains untrusted words. They cannot format text, name an emoji, link or mention.

    The block has `verbatim: true`, so that plain URLs stay text.
    """
    return _said(" ".join(cut(clean(text), budget).split())) or "(empty)"


def date(when: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """A time in the reader's time zone, with UTC as the fallback."""
    return f"<!date^{int(when.timestamp())}^{style}|{when:%Y-%m-%d %H:%M} UTC>"


def link(url: str, label: str) -> str:
    """A link. `url` comes from our own templates, never from data. If it is not https, only the label."""
    shown = _entities(" ".join(clean(label).replace("|", " ").split()))
    return f"<{url}|{shown}>" if web_address(url) else shown


def web_address(url: str) -> str:
    """The URL if it is safe in a message (https, with a host, without characters that end it); else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:  # invalid brackets
        return ""
    plain_enough = parts.scheme == "https" and parts.netloc and not re.search(r"[\s<>|]", url)
    return url if plain_enough and len(url) <= ADDRESS_MAX and url.isascii() and url.isprintable() else ""


def is_safe(text: str, blocks: Iterable[Mapping[str, object]]) -> bool:
    """The final check of a message: every `<` starts a form that we write ourselves, so no other mention or link."""
    found = [text]
    for block in blocks:
        _collect_mrkdwn(block, found)
    return all(map(_is_safe, found))


def _is_safe(part: str) -> bool:
    return "<" not in part or all(part.startswith(_LINK_STARTS, match.start()) for match in re.finditer("<", part))


def _collect_mrkdwn(thing: object, found: list[str]) -> None:
    """Every mrkdwn string in a block. Slack parses nothing in rich_text and plain_text."""
    if isinstance(thing, list | tuple):
        for value in thing:
            _collect_mrkdwn(value, found)
    elif isinstance(thing, dict | Mapping):
        if thing.get("type") == "mrkdwn":
            found.append(str(thing.get("text", "")))
        elif thing.get("type") != "rich_text":
            for value in thing.values():
                if not isinstance(value, str):
                    _collect_mrkdwn(value, found)


def _said(text: str) -> str:
    return _entities(_EMOJI.sub(_COLON, re.sub(r"\s+", " ", text).translate(_FORMATTING)))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
