"""The demo's five images: verdict, problem and what to paste are in the first lines of page and thread."""

from collections.abc import Iterator
from textwrap import wrap

import pytest
from msgspec import Struct

from bot.demo.samples import Sample
from bot.render.blocks import Shown, shown
from bot.render.fixes import image_fixes
from bot.render.html.words import VERDICTS
from bot.render.release.headline import headline
from bot.render.slack.answer import fixes_answer
from bot.render.slack.brief import essence
from bot.report import Report, Verdict
from bot.slack.plan import plan
from tests.pages.as_text import WIDTH, lines_of
from tests.pages.conftest import Site
from tests.pages.demo_reports import SAMPLES, demo_report
from tests.slack.parts import release

LINES = 12


class Told(Struct, frozen=True):
    """What a reader must find out first, taken from the report."""

    report: Report

    @property
    def problem(self) -> str:
        return self.report.told()[0].title

    @property
    def to_do(self) -> str:
        """The first sentence of what to do."""
        return image_fixes(self.report)[0].advice.text.partition(". ")[0].replace("`", "")

    @property
    def snippet(self) -> str:
        return image_fixes(self.report)[0].advice.snippet


@pytest.fixture(params=SAMPLES, ids=lambda sample: sample.layout)
async def told(request: pytest.FixtureRequest) -> Told:
    sample = request.param
    assert isinstance(sample, Sample)
    return Told(await demo_report(sample))


def test_all_layouts_of_the_demo_are_here() -> None:
    assert len({sample.layout for sample in SAMPLES}) == 5


async def test_the_first_lines_of_the_page(site: Site, told: Told) -> None:
    await site.remember(told.report)
    lines = lines_of((await site.get(f"/reports/{told.report.image}"))[1])
    first = "\n".join(lines[:LINES])
    assert VERDICTS[told.report.verdict].word in lines[0]
    assert told.problem in first
    assert told.to_do in " ".join(first.split())
    assert lines.index(told.snippet.splitlines()[0]) <= LINES, "what to paste begins there"


async def test_the_first_lines_of_the_thread(told: Told) -> None:
    parent, *replies = plan(None, release(told.report), intent="i", forced=True, base_url="")
    lines = [*_lines(shown(parent.blocks)), *(line for reply in replies for line in _lines(shown(reply.blocks)))]
    first = "\n".join(lines[:LINES])
    assert headline(release(told.report))[1] in lines[0]
    assert VERDICTS[told.report.verdict].word in lines[0] or told.report.verdict in parent.text.lower()
    assert told.problem in first
    if told.report.verdict is Verdict.WARN:
        lines = _behind_the_button(told.report)
        assert not replies
    assert told.to_do in " ".join(" ".join(lines[:LINES]).split())
    assert essence(told.snippet)[0].splitlines()[0] in lines[: LINES + 2]


def _behind_the_button(report: Report) -> list[str]:
    answer = fixes_answer(release(report))
    return list(_lines(shown(answer.blocks))) if answer else []


async def test_the_page_of_its_release_shows_the_fix_unfolded(site: Site, told: Told) -> None:
    await site.remember(told.report)
    text = " ".join(lines_of((await site.get(f"/release?name={release(told.report).subject}"))[1]))
    assert told.to_do in text


def _lines(blocks: tuple[Shown, ...]) -> Iterator[str]:
    """As Slack shows them: the elements of a context stand side by side."""
    for block in blocks:
        lines = ["".join(run.text for run in line) for line in block.lines]
        for line in [" ".join(lines)] if block.style == "small" else lines:
            yield from (part for each in line.splitlines() for part in wrap(each, WIDTH) or [""])
