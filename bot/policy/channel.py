"""The name of a Slack channel as a policy or a setting has it: `#releases`, or the channel's id.

https://docs.slack.dev/reference/methods/conversations.create: at most 80 signs, in lower case.
"""

import re
from typing import Final

from bot.errors import MalformedError

_ID: Final = re.compile(r"[CDG][A-Z0-9]{2,20}", re.ASCII)
_NAME: Final = re.compile(r"#?[^\s#@<>|,]{1,80}")


def require_channel(text: str) -> str:
    """The channel. Raises MalformedError for what no channel is called, so that nothing could ever be posted there."""
    if _ID.fullmatch(text) or (_NAME.fullmatch(text) and text == text.lower()):
        return text
    raise MalformedError(f"{text[:80]!r} is not a Slack channel; write #releases, in lower case, or a channel id")
