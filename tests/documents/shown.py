"""The commands that README and docs show: blocks of a shell, and commands within a sentence."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from tests.conftest import ROOT

DOCUMENTS: Final = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_BLOCK: Final = re.compile(r"```(?:sh|shell|bash)\n(.*?)```", re.DOTALL)
_INLINE: Final = re.compile(
    r"(?<!`)`((?:[a-z]+ [^`|]*\\?\| )?(?:\.venv/bin/)?provenance [^`\n]+|make [^`\n]+|set -a;[^`\n]+)`"
)


class ShownLine(Struct, frozen=True):
    """A line, and where it stands."""

    document: str
    text: str

    @property
    def name(self) -> str:
        """For the test's id."""
        return f"{self.document}: {' '.join(self.text.partition(' #')[0].split())}"


def blocks() -> Iterator[tuple[ShownLine, ...]]:
    """The lines of each block; those that a quote or backslash goes over are one."""
    for document in DOCUMENTS:
        for block in _BLOCK.findall(document.read_text("utf-8")):
            lines = _joined(block.replace("\\\n", " ").splitlines())
            yield tuple(ShownLine(document.name, line) for line in lines if line)


def inline() -> Iterator[ShownLine]:
    """Each command of a sentence, once."""
    seen = set()
    for document in DOCUMENTS:
        text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
        for command in _INLINE.findall(text):
            line = command.replace("\\|", "|")
            if line not in seen:
                seen.add(line)
                yield ShownLine(document.name, line)


def first_block(document: str, language: str) -> str:
    """The first block of that document in that language."""
    text = (ROOT / "docs" / document).read_text("utf-8")
    return text.partition(f"```{language}\n")[2].partition("```")[0]


def place(path: str) -> str:
    """The text of a file of the tree."""
    return Path(ROOT / path).read_text("utf-8")


def _joined(lines: list[str]) -> Iterator[str]:
    whole = ""
    for line in lines:
        whole = f"{whole}\n{line}".strip()
        if whole.partition(" #")[0].count("'") % 2 == 0:
            yield whole
            whole = ""
