"""What to do about a failed rule: the fix, the diff, the lines that cause it. The caller escapes it."""

from msgspec import Struct

from bot.report import Result
from bot.values import replace


class Advice(Struct, frozen=True):
    """What to do about a failed rule: the fix of its most certain cause, else the rule's own remediation.

    If the workflow could be read, the snippet is the diff for that file.
    """

    text: str = ""
    snippet: str = ""
    language: str = ""
    verify: str = ""


def advice_for(result: Result) -> Advice:
    """The advice for that result. Each part comes from the first source that has it."""
    rule = result.remediation
    general = Advice(rule.text, rule.snippet, rule.language, rule.verify) if rule else Advice()
    cause = next((cause for cause in result.causes if cause.fix or cause.snippet), None)
    if cause is not None:
        general = Advice(cause.fix or general.text, cause.snippet, cause.language, cause.verify or general.verify)
    diff = patch(result)
    return replace(general, snippet=diff, language="diff") if diff else general


def patch(result: Result) -> str:
    """The diffs of all files that fix it, as one diff for `git apply`; "" if there is none."""
    return "".join(one.diff for one in result.patches)


def where(result: Result) -> tuple[str, ...]:
    """The lines of the workflow that cause it, e.g. `.github/workflows/build.yml, line 88: …`."""
    return tuple(f"{line.path}, line {line.line}: {line.message}" for line in result.lines)


def not_shown(result: Result) -> tuple[str, ...]:
    """Why a diff is missing, for each file."""
    return tuple(f"{one.path}: {one.reason}" for one in result.patches if one.reason)


def besides_this(verify: str) -> str:
    """The verify commands without `provenance check`, for the output of `provenance check` itself."""
    lines = (line for line in verify.splitlines() if not line.startswith("provenance check "))
    return "\n".join(lines)
