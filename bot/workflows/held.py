"""What an image's name may turn out to be: expressions filled in with all that the file itself says of them.

Only for what an image is for. Whether two names are the same is decided on the names as they are written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.workflows.images import Name
from bot.workflows.model import CiFile, Held, Job
from bot.workflows.unresolved import EXPRESSION

ROUNDS_MAX = 4
"""Values that hold expressions themselves; nobody nests deeper."""
TEXTS_MAX = 32
"""Texts that one name may stand for."""
LENGTH_MAX = 1024
"""Characters of one text."""


_GROUP = re.compile(r"\([^()']*(?:'[^']*'[^()']*)*\)")
_ANSWER = re.compile(r"(?:[^']*(?:'[^']*'[^']*)*&&)?\s*'([^']*)'\s*")


def chosen(text: str) -> tuple[str, ...]:
    """The answers of `${{ a && 'x' || 'y' }}`, where all of them are written; else the text as it is."""
    expression = EXPRESSION.fullmatch(text) if len(text) <= LENGTH_MAX else None
    if expression is None or "||" not in text:
        return (text,)
    inside = expression[1]
    for _ in range(ROUNDS_MAX):
        inside = _GROUP.sub("", inside)
    answers = [_ANSWER.fullmatch(part) for part in inside.split("||")]
    return (
        tuple(one[1] for one in answers if one) if all(answers) and "&&" not in inside.rpartition("||")[2] else (text,)
    )


def spread(names: Iterable[Name], file: CiFile, job: Job) -> tuple[Name, ...]:
    """All that these names may be, as far as the file tells."""
    names = tuple(names)
    if not any("${{" in name.repository or "${{" in name.tag for name in names):  # as most: nothing to fill in
        return tuple(Name(name.repository, name.tag, name.digest) for name in names)
    held = dict(_held(file, job))
    return tuple(
        Name(repository, tag, name.digest)
        for name in names
        for repository in texts_of(name.repository, held)
        for tag in texts_of(name.tag, held)
    )


def texts_of(text: str, held: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """All that a text may be; an expression of which nothing is known stays as it is."""
    texts: tuple[str, ...] = (text,)
    for _ in range(ROUNDS_MAX if "${{" in text else 0):
        fuller = _first(one for old in texts for one in _filled(old, held))
        if fuller == texts:
            break
        texts = fuller
    return texts


def _first(texts: Iterator[str]) -> tuple[str, ...]:
    """The first different ones; the others are not even made: a matrix may have millions."""
    found: dict[str, None] = {}
    for text in texts:
        found[text] = None
        if len(found) == TEXTS_MAX:
            break
    return tuple(found)


def _filled(text: str, held: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The first expression of which something is known, filled in with each of its values."""
    for found in EXPRESSION.finditer(text):
        if values := held.get(found[1].strip()):
            for value in values:
                yield (text[: found.start()] + value + text[found.end() :])[:LENGTH_MAX]
            return
    yield text


def _held(file: CiFile, job: Job) -> Held:
    """What a job holds, and what those that it needs hand over."""
    needed = tuple(
        (f"needs.{other.name}.outputs.{name}", texts_of(text, dict(other.held)))
        for other in file.named(job.needs)
        for name, text in other.outputs
    )
    return (*job.held, *needed)
