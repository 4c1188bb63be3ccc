"""The digest of a channel as lines of text, for a terminal. No I/O."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.digest.content import DigestContent, age
from bot.render.plain import plain


def lines(content: DigestContent, now: float) -> Iterator[str]:
    """All of it, what is open first. Nothing at all is said, too."""
    for one in sorted(content.failing, key=lambda one: one.since):
        yield f"open    {plain(one.title)}, {age(now - one.since)}{f' ({plain(one.said)})' if one.said else ''}"
    for group in content.passed:
        yield f"passed  {plain(group.group)}: {', '.join(map(plain, reversed(group.versions)))}"
    for ending in sorted(content.ending, key=lambda one: one.at):
        when = f"{datetime.fromtimestamp(ending.at, UTC):%Y-%m-%d %H:%M} UTC"
        yield f"ends    {plain(ending.what)} for {plain(ending.about)}, {when}"
    for source in content.silent:
        yield f"silent  webhook source {plain(source)}"
    if content.is_empty:
        yield "nothing has passed unseen, nothing is open, and nothing ends soon"
