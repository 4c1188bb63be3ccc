"""What may never stand in a message that we send, whatever a registry said: an escape that broke."""

import re
from collections.abc import Iterator

ALLOWED = re.compile(r"<(?:https://|!date\^|!subteam\^S|@U|@W|#C)")
SHOUTS = ("<!channel", "<!here", "<!everyone")


def broken(text: str, blocks: object) -> list[str]:
    """The strings in which a `<` starts something that we never make; rich_text and plain_text parse nothing."""
    return [part for part in (text, *_mrkdwn(blocks)) if _is_broken(part)]


def _is_broken(part: str) -> bool:
    loose = len(re.findall("<", part)) != len(ALLOWED.findall(part))
    return loose or any(shout in part for shout in SHOUTS)


def _mrkdwn(thing: object) -> Iterator[str]:
    if isinstance(thing, list):
        for item in thing:
            yield from _mrkdwn(item)
    elif isinstance(thing, dict) and thing.get("type") == "mrkdwn":
        yield thing["text"]
    elif isinstance(thing, dict) and thing.get("type") != "rich_text":
        for item in thing.values():
            yield from _mrkdwn(item)
