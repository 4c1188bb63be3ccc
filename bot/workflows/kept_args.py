"""Whether an image keeps what a build argument holds: in its history, or in something that its stages are given.

A stage that the image is not made from leaves nothing of its history behind.
https://docs.docker.com/build/building/variables/
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.workflows.readers.dockerfile import kept_of, stages_of

_INSTRUCTION: Final = re.compile(r"^[ \t]*([A-Za-z]+)[ \t]+((?:[^\n\\]|\\\r?\n|\\)*)", re.MULTILINE)
_COMMENT: Final = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)


def keeps_argument(text: str, stage: str, name: str) -> bool:
    """Whether the stages that make the image take an argument, and do something while they have it.

    A RUN behind it writes its value into the history, and so does another instruction that names it.
    """
    text = _COMMENT.sub("", text)
    kept = kept_of(stages_of(text), stage)
    return any(_uses(text[one.place.start : one.place.end], name) for one in kept)


def _uses(stage: str, name: str) -> bool:
    taken = False
    for word, rest in _instructions(stage):
        if word == "ARG":
            taken = taken or any(part.partition("=")[0] == name for part in rest.split())
        elif taken and (word == "RUN" or re.search(rf"\$\{{?{re.escape(name)}\b", rest)):
            return True
    return False


def _instructions(stage: str) -> Iterator[tuple[str, str]]:
    for found in _INSTRUCTION.finditer(stage):
        yield found[1].upper(), found[2]
