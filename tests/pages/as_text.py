"""A page as a screen reader or a text browser gives it: one line for each block, from the main content on."""

import re
from html.parser import HTMLParser
from textwrap import wrap
from typing import Final

WIDTH: Final = 120
"""Columns of the text browser; the page's widest line holds as many letters."""

BLOCKS: Final = frozenset(
    {"article", "details", "div", "dl", "dd", "footer", "form", "header", "main", "nav", "ol", "p", "pre", "section"}
    | {"dt", "h1", "h2", "h3", "li", "summary", "table", "tr", "ul"}
)
CELLS: Final = frozenset({"td", "th"})
VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})


class _Reader(HTMLParser):
    """Collects lines. What is folded or hidden is not read, except the summary of what is folded."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self._open: list[str] = []
        self._hidden = 0  # how many of the open elements hide what is in them
        self._is_folded: list[bool] = []  # for each open <details>

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag in BLOCKS or tag == "br":
            self.lines.append("")
        if tag in VOID:
            return
        is_below = self._open[-1:] == ["details"] and self._is_folded[-1] and tag != "summary"
        self._open.append(tag)
        if self._hidden or is_below or "hidden" in names:
            self._hidden += 1
        if tag == "details":
            self._is_folded.append("open" not in names)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        self._open.pop()
        self._hidden = max(0, self._hidden - 1)
        if tag == "details":
            self._is_folded.pop()
        if tag in BLOCKS:
            self.lines.append("")
        if tag in CELLS:
            self.lines[-1] += "  "

    def handle_data(self, data: str) -> None:
        if self._hidden or "main" not in self._open:
            return
        if "pre" in self._open:
            first, *rest = data.split("\n")
            self.lines[-1] += first
            self.lines += rest
        else:
            self.lines[-1] += re.sub(r"\s+", " ", data)


def lines_of(page: str) -> list[str]:
    """The lines of its main content, without empty ones."""
    reader = _Reader()
    reader.feed(page)
    return [part for line in reader.lines for part in wrap(line.rstrip(), WIDTH, break_long_words=False)]
