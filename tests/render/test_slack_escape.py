"""Whatever a registry says, in Slack it stands as text: it calls nobody, links nowhere and formats nothing."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.slack.escape import advice, clean, code, code_block, cut, date, escaped, is_safe, link, plain, prose
from tests.fake_slack.guard import broken

ANY = st.text(alphabet=st.characters(), max_size=80) | st.text("<>&`*_~:!@#|ax\n\t \u202e\u200b\ud800", max_size=40)
ATTACKS = [
    "<!channel>",
    "<!here|x>",
    "<@U0ALICE>",
    "<https://evil.example|docs>",
    "`<!everyone>`",
    "&lt;!channel&gt;",
    "a|b",
    "x` *Pass* `y",
    "\u202egpj.exe",
    "z\u200bw",
    ":white_check_mark: *Pass*",
    "\ud800",
]


def test_a_mention_arrives_as_its_letters() -> None:
    assert code("<!channel>") == "`&lt;!channel&gt;`"
    assert escaped("a & <b>") == "a &amp; &lt;b&gt;"


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_text(attack: str) -> None:
    for place in (code, escaped, prose, code_block, advice):
        shown = place(attack)
        assert not broken(shown, [{"type": "section", "text": {"type": "mrkdwn", "text": shown}}])
        shown.encode()
    plain(attack).encode()


@given(ANY)
def test_nothing_breaks_out_of_a_code_span(text: str) -> None:
    shown = code(text)
    assert re.fullmatch(r"`[^`\n\t<>]+`", shown)
    shown.encode()


@given(ANY)
def test_nothing_breaks_out_of_a_code_block(text: str) -> None:
    shown = code_block(text)
    assert shown.count("```") == 2
    assert "<" not in shown
    assert ">" not in shown
    shown.encode()


def test_lines_to_paste_stay_as_they_are() -> None:
    lines = "a:\n  - b: ':c:' | d   # e\n\n    echo `x` > y"
    assert code_block(lines + "\n") == f"```\n{lines}\n```".replace(">", "&gt;")
    assert code_block("a\nbb\nccc", 6) == "```\na\nbb\n…\n```"


def test_what_a_sentence_has_in_backticks_can_be_copied() -> None:
    assert advice("Run `docker run --x=:y:` now, :smile: *please*") == (
        "Run `docker run --x=:y:` now, \u2236smile: \u2217please\u2217"
    )
    assert advice("a ` b") == "a \u02cb b"


@given(ANY)
def test_nothing_in_prose_formats_or_names_an_emoji(text: str) -> None:
    shown = prose(text)
    assert not re.search(r"[`*~<>\n]", shown)
    assert not re.search(r":[A-Za-z0-9_+'-]+:", shown)
    assert not re.search("&(?!amp;|lt;|gt;)", shown)


@given(ANY)
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    back = escaped(text, 1000).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == clean(text)


@given(ANY, st.integers(1, 50))
def test_a_cut_is_within_its_budget_and_says_that_it_is_one(text: str, budget: int) -> None:
    shown = cut(text, budget)
    assert len(shown) <= budget
    assert shown == text or shown.endswith("…")


@given(ANY)
def test_no_cut_stands_inside_an_entity(text: str) -> None:
    for budget in (5, 6, 7):
        assert not re.search("&(?!amp;|lt;|gt;)", escaped("<&" + text, budget))


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x7f", "\x9b", "\u00ad", "\u061c", "\u200f", "\u2066", "\ufeff"]
)
def test_what_cannot_be_seen_is_shown_as_such(character: str) -> None:
    assert clean(f"a{character}b") == "a\ufffdb"


def test_links_go_to_https_addresses_of_our_own_making_only() -> None:
    assert link("https://bot.example.org/rules/x", "About <it> | that") == (
        "<https://bot.example.org/rules/x|About &lt;it&gt; that>"
    )
    for url in (
        "http://bot.example.org",
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "https://x|y",
        "https://x>y",
    ):
        assert link(url, "About") == "About"


def test_a_moment_is_in_the_readers_own_time_zone() -> None:
    when = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)
    assert date(when) == f"<!date^{int(when.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-22 14:03 UTC>"


@given(ANY)
def test_the_guard_agrees_with_the_one_of_the_tests(text: str) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    assert is_safe("", blocks) == (not broken("", blocks))
    assert is_safe("", [{"type": "rich_text", "elements": [{"type": "text", "text": text}]}])
