"""Reports as JUnit XML: a suite for each image, a test case for each rule that was asked.

It has no standard; this is what Jenkins, GitLab and GitHub's actions read alike:
https://github.com/testmoapp/junitxml
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from bot.render import finding_words
from bot.render.advice import advice_for
from bot.render.display import Display
from bot.render.plain import plain, plain_lines
from bot.report import Report, Result
from bot.rules import Outcome


def render(reports: Sequence[Report], _: Display = Display()) -> str:  # noqa: B008 - frozen
    """A required rule that fails is a failure, one that could not be checked an error; advice is skipped."""
    suites = [_suite(report) for report in reports]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_sum(reports)}>"]
    return "\n".join([*lines, *(line for suite in suites for line in suite), "</testsuites>"]) + "\n"


def _suite(report: Report) -> Iterator[str]:
    stamp = report.checked_at.strftime("%Y-%m-%dT%H:%M:%S")
    yield f"<testsuite name={_quoted(report.image)}{_sum([report])} timestamp={_quoted(stamp)}>"
    for result in _asked(report):
        name = f"  <testcase classname={_quoted(report.image)} name={_quoted(result.rule)}"
        told = _told(result)
        yield f"{name}>{told}</testcase>" if told else f"{name}/>"
    yield "</testsuite>"


def _told(result: Result) -> str:
    """What a test case holds: "" when it passed."""
    found = "; ".join(f"{subjects}: {message}" for subjects, message in finding_words.grouped(result.findings))
    wrong = f"{result.title}: {found}" if found else result.title
    unknown = found or "could not be checked"  # without the title: nobody knows whether it is so
    match _kind(result):
        case "failure":
            return f"<failure type={_quoted(result.severity)} message={_quoted(wrong)}>{_advice(result)}</failure>"
        case "error":
            return f'<error type="unknown" message={_quoted(unknown)}/>'
        case "skipped":
            advised = f"{'waived' if result.outcome is Outcome.WAIVED else 'advised'}: {wrong}"
            return f"<skipped message={_quoted(unknown if result.outcome is Outcome.UNKNOWN else advised)}/>"
        case _:
            return ""


def _kind(result: Result) -> str:
    match result.outcome:
        case Outcome.FAIL:
            return "failure" if result.required else "skipped"
        case Outcome.UNKNOWN:
            return "error" if result.required else "skipped"
        case Outcome.WAIVED:
            return "skipped"
        case _:
            return ""


def _asked(report: Report) -> list[Result]:
    return [result for result in report.results if result.outcome is not Outcome.SKIPPED]


def _sum(reports: Sequence[Report]) -> str:
    kinds = [_kind(result) for report in reports for result in _asked(report)]
    counts = {"tests": len(kinds), "failures": kinds.count("failure"), "errors": kinds.count("error")}
    return "".join(f' {name}="{count}"' for name, count in (counts | {"skipped": kinds.count("skipped")}).items())


def _advice(result: Result) -> str:
    advice = advice_for(result)
    lines = (*plain_lines(advice.text), *plain_lines(advice.snippet)) if advice.snippet else plain_lines(advice.text)
    return escape("\n".join(lines))


def _quoted(text: str) -> str:
    """An attribute's value; no character in it is forbidden in XML."""
    return quoteattr(plain(text))
