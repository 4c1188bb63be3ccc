"""Slack's messages read back: what people read in Slack is what they read on the page, and nobody can forge a mark."""

from hypothesis import given
from hypothesis import strategies as st

from bot.render.blocks import Shown, shown
from bot.render.slack.escape import clean, code, date, link, prose
from bot.render.slack.message import bullets, context, header, paragraph, preformatted, rich_text, section
from tests.pages.examples import NOW, failing, passing
from tests.render.slack_parts import fix, parent


def words(blocks: tuple[Shown, ...]) -> str:
    return "\n".join("".join(run.text for run in line) for block in blocks for line in block.lines)


def kinds(blocks: tuple[Shown, ...]) -> set[str]:
    return {run.kind for block in blocks for line in block.lines for run in line}


def test_every_block_that_says_something_is_shown() -> None:
    report = failing()
    for draft in (
        parent(report),
        parent(passing()),
        fix(report, report.failing()[0]),
    ):
        said = [block for block in draft.blocks if block["type"] != "actions"]
        assert len(shown(draft.blocks)) >= len(said)


def test_a_verdict_is_a_mark_with_its_word() -> None:
    (head, *_) = shown(parent(failing()).blocks)
    mark, rest = head.lines[0]
    assert (head.style, mark.mark and mark.mark.tone, mark.text) == ("head", "fail", "Fail")
    assert rest.text.endswith(": not ready")


def test_a_moment_is_read_back() -> None:
    (block,) = shown([context("foot", f"Checked {date(NOW)}")])
    assert [run.moment for run in block.lines[0]] == [None, NOW]


def test_a_link_is_only_its_label() -> None:
    (block,) = shown([section("x", link("https://bot.example/x?a=1", "Its message"))])
    assert words((block,)) == "Its message"


@given(st.text())
def test_a_word_from_outside_in_a_code_span_is_code_and_nothing_else(text: str) -> None:
    blocks = shown([section("x", code(text))])
    assert kinds(blocks) == {"code"}


@given(st.text())
def test_a_word_from_outside_in_a_sentence_cannot_make_a_mark_a_link_or_bold(text: str) -> None:
    blocks = shown([section("x", f"before {prose(text)} after")])
    assert kinds(blocks) == {"text"}


@given(st.text(st.characters(exclude_characters="`")))
def test_rich_text_comes_through_as_it_is(text: str) -> None:
    blocks = shown([rich_text("x", [paragraph(text, bold="Why:"), bullets([text]), preformatted(text)])])
    assert [block.style for block in blocks] == ["paragraph", "list", "code"]
    assert "mark" not in kinds(blocks)
    assert words(blocks).count(text) >= 3


def test_what_stands_between_backticks_is_code() -> None:
    (block,) = shown([rich_text("x", [paragraph("say `mode=max`", bold="Why:")])])
    assert [(run.kind, run.text) for run in block.lines[0]] == [
        ("bold", "Why: "),
        ("text", "say "),
        ("code", "mode=max"),
    ]


@given(st.text(max_size=100))
def test_a_header_keeps_its_words(text: str) -> None:
    (block,) = shown([header("x", text)])
    assert "".join(run.text for run in block.lines[0]).replace(" ", "") in clean(text).replace(" ", "")
