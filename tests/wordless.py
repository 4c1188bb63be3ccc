"""Every sentence for people swapped for "x", wherever it is made: in evidence, findings, rules, causes and reports.

What still differs afterwards was decided by reading a sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Final, TypeVar

from bot.context import Context
from bot.report import Report
from bot.rules import Finding, Remediation, Rule, catalogue
from bot.values import field_names, replace

T = TypeVar("T")

SENTENCES: Final = frozenset(
    {"reason", "problem", "message", "because", "notes", "detail", "unread", "inconsistencies", "private_data"}
)
"""Fields of evidence that hold sentences, or lists of them."""

TOLD: Final = SENTENCES | {"title", "text", "fix", "limits"}
"""Keys of a report that do."""

FINDING: Final = {"subject", "message", "outcome"}
"""The keys by which a finding is known: its `reason` is a code."""


def wordless(thing: T) -> T:
    """The same evidence, with "x" for every sentence that is there."""
    changed: Any = thing
    if names := field_names(thing):
        told = {name: getattr(thing, name) for name in names}
        changed = replace(changed, **{name: _said(name, value) for name, value in told.items()})
    elif isinstance(thing, tuple) and type(thing) is tuple:
        changed = tuple(map(wordless, thing))
    return changed  # type: ignore[no-any-return]


def _said(name: str, value: Any) -> Any:  # noqa: ANN401 - any field
    if name not in SENTENCES or isinstance(value, Enum):
        return wordless(value)
    if isinstance(value, str):
        return "x" if value else ""
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return tuple("x" for _ in value)
    return wordless(value)


def rules() -> tuple[Rule, ...]:
    """The catalogue, saying nothing but "x"."""
    return tuple(_wordless(rule) for rule in catalogue())


def _wordless(rule: Rule) -> Rule:
    def check(context: Context) -> Iterator[Finding]:
        for finding in rule.findings(context):
            yield replace(finding, message="x")

    silent = replace(rule, title="x", rationale="x", remediation=Remediation("x"), references=())
    silent(check)
    return silent


def told(report: Report) -> Report:
    """The report with "x" for its own sentences, those of the causes included."""
    return Report.model_validate(_told(report.model_dump(mode="json", by_alias=True)))


def _told(value: object) -> object:
    if isinstance(value, Mapping):
        codes = {"reason"} if value.keys() >= FINDING else set[str]()
        return {key: _x(one) if key in TOLD - codes else _told(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_told(one) for one in value]
    return value


def _x(value: object) -> object:
    if isinstance(value, str):
        return "x" if value else ""
    if isinstance(value, Sequence):
        return ["x" for _ in value]
    return value
