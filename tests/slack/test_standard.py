"""The five standard cases: how much text a person gets, and what of it notifies them."""

import re
import textwrap

import pytest

from bot.report import Verdict
from tests.slack.standard import TOKEN, cases, thread

PHONE = 44
"""Characters of a line on a phone."""

LINES_MAX, REPLIES_MAX = 12, 3


def lines(text: str) -> int:
    """Lines of a section on a phone; a date is as long as what Slack shows."""
    shown = re.sub(r"<!date[^|]*\|([^>]*)>", r"\1", text)
    return sum(len(textwrap.wrap(line, PHONE)) or 1 for line in shown.split("\n"))


@pytest.mark.parametrize("name", cases())
def test_a_parent_is_understood_at_a_glance(name: str) -> None:
    parent, *replies = thread(cases()[name])
    said = [block["text"]["text"] for block in parent.blocks if block["type"] in {"header", "section"}]  # type: ignore[index]
    assert sum(map(lines, said)) <= LINES_MAX
    assert len(replies) <= REPLIES_MAX
    assert "-missing" not in str(said), "words, and no ids of rules"


@pytest.mark.parametrize("name", cases())
def test_one_fix_stands_once(name: str) -> None:
    _, *replies = thread(cases()[name])
    snippets = [
        element["elements"][0]["text"]
        for reply in replies
        for block in reply.blocks
        if block["type"] == "rich_text"
        for element in block["elements"]  # type: ignore[attr-defined]
        if element["type"] == "rich_text_preformatted"
    ]
    assert len(snippets) == len(set(snippets))


def test_advice_never_looks_like_a_failure() -> None:
    _, fix, advised = thread(cases()["nothing-at-all"])
    assert ":x: *Fail*" in str(fix.blocks)
    assert ":x:" not in str(advised.blocks)
    assert ":warning: *Advice*" in str(advised.blocks)


def test_what_they_are() -> None:
    views = cases()
    assert views["all-good"].verdict is Verdict.PASS
    assert len(thread(views["all-good"])) == 1
    assert all(view.verdict is Verdict.FAIL for name, view in views.items() if name != "all-good")
    assert "🚨" in str(thread(views["secret"])[0].blocks[0])
    assert TOKEN not in str([thread(view) for view in views.values()])
