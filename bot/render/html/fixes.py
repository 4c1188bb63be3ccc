"""What fixes a report's failures: one block for each change, with all the failures that it fixes."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from bot.render import finding_words
from bot.render.advice import Advice, advice_for
from bot.render.release.fixes import ReleaseFix, fixes
from bot.render.release.view import ImageView, ReleaseView
from bot.report import CauseSummary, LineSummary, PatchSummary, RemediationSummary, Report, Result


class PageProblem(Struct, frozen=True):
    """One failed rule. `found` are its findings, each sentence once; `same` are rules that fail for the same reason."""

    result: Result
    found: tuple[tuple[str, str], ...]  # subjects, message
    same: tuple[str, ...] = ()


class FixBlock(Struct, frozen=True):
    """One change. `causes` say why, the most certain first; `others` are other ways to fix it, not to be told twice."""

    id: str
    problems: tuple[PageProblem, ...]
    advice: Advice
    causes: tuple[CauseSummary, ...] = ()
    lines: tuple[LineSummary, ...] = ()
    patches: tuple[PatchSummary, ...] = ()
    others: tuple[RemediationSummary, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether the policy requires what it fixes; else it is only advised."""
        return any(problem.result.required for problem in self.problems)

    @property
    def is_single(self) -> bool:
        """Whether it fixes one problem only."""
        return len(self.problems) == 1

    @property
    def has_details(self) -> bool:
        """Whether there is more to say than what to do."""
        return bool(self.causes or self.lines or self.advice.verify or self.others) or not self.is_single


def fix_blocks(report: Report) -> tuple[FixBlock, ...]:
    """All blocks, what is required first."""
    view = ReleaseView(report.image, report.image, (ImageView(report.image, report=report),))
    return tuple(_block(report, fix) for fix in fixes(view))


def _block(report: Report, fix: ReleaseFix) -> FixBlock:
    results = [failure.result for failure in fix.failures]
    advice = advice_for(results[0])
    return FixBlock(
        id=results[0].rule,
        problems=tuple(_problem(report, result) for result in results),
        advice=advice,
        causes=tuple(_causes(results)),
        lines=tuple(dict.fromkeys(line for result in results for line in result.lines)),
        patches=tuple(_patches(results)),
        others=tuple(_others(results, advice)),
    )


def _problem(report: Report, result: Result) -> PageProblem:
    """A message about every platform does not name them."""
    every = {platform.platform for platform in report.platforms}
    grouped = (
        (subjects if _names_some(subjects, every) else "", message)
        for subjects, message in finding_words.grouped(result.findings)
    )
    return PageProblem(result, tuple(grouped), tuple(other.rule for other in report.covered_by(result)))


def _names_some(subjects: str, every: set[str]) -> bool:
    return subjects != "image" and set(subjects.split(", ")) != every


def _causes(results: Iterable[Result]) -> Iterator[CauseSummary]:
    """Each reason once, the first that names it."""
    found: dict[str, CauseSummary] = {}
    for result in results:
        for cause in result.causes:
            found.setdefault(cause.because, cause)
    yield from found.values()


def _patches(results: Iterable[Result]) -> Iterator[PatchSummary]:
    """Each file once."""
    found: dict[tuple[str, str], PatchSummary] = {}
    for result in results:
        for patch in result.patches:
            found.setdefault((patch.repository, patch.path), patch)
    yield from found.values()


def _others(results: Iterable[Result], told: Advice) -> Iterator[RemediationSummary]:
    """Other snippets and general advice that the block does not say yet."""
    snippets, texts = {told.snippet, ""}, {told.text, ""}
    for result in results:
        ways = [RemediationSummary(text=one.fix, snippet=one.snippet, verify=one.verify) for one in result.causes]
        ways += [result.remediation] if result.remediation else []
        for way in ways:
            if way.text not in texts or way.snippet not in snippets:
                yield way.model_copy(update={"snippet": "" if way.snippet in snippets else way.snippet})
            texts.add(way.text)
            snippets.add(way.snippet)
