"""Where the two parsers of YAML may read one text differently.

libyaml is of YAML 1.1, the pure parser of YAML 1.2. What they were seen to read differently: byte order marks, line
breaks of YAML 1.1, names of anchors, tags, block scalars with a comment right behind their sign, and documents other
than mappings. Only a text with one of these needs both. What the pure parser alone refuses, as tabs behind a value, is
no reason: GitHub takes them.

They disagree about where nothing stands, too: `tags:` without a value is right behind its colon for libyaml, and at the
next key for the other one. No rule asks where an empty value stands, so that needs no exact parser.
"""

import re
from typing import Final

from bot.workflows.text import SourceText

_ODD_CHARACTER: Final = re.compile(r"[\ufeff\x85\u2028\u2029\uf8f0-\uf8f2]")
_ODD_COMMENT: Final = re.compile(r"[|>][-+0-9]*#")


def may_differ(source: SourceText, *, doubtful: bool) -> bool:
    """Whether the parsers may disagree about a text. `doubtful`: they may by its anchors, tags and documents."""
    text = source.text
    return doubtful or bool(_ODD_COMMENT.search(text)) or (not text.isascii() and bool(_ODD_CHARACTER.search(text)))
