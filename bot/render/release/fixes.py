"""The fixes of a release: failures that one change fixes are told together. No I/O.

Failures belong together if their diffs change the same workflow file, else if what to paste is the same but for the
names of the images, else if the same rule fails for the same cause.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.render import words
from bot.render.release.problems import FailedResult
from bot.render.release.view import ReleaseView
from bot.report import Report, Result
from bot.rules import Severity

_ORDER = list(Severity)


@dataclass(frozen=True, slots=True)
class ReleaseFix:
    """One change and the failures that it fixes, the worst first. `key` stays the same while they do."""

    key: str
    failures: tuple[FailedResult, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The failed rules, each once."""
        return tuple(dict.fromkeys(failure.result.rule for failure in self.failures))

    @property
    def about(self) -> frozenset[str]:
        """Those rules, and the failed rules that say less of the same."""
        covered = (other.rule for failure in self.failures for other in failure.report.covered_by(failure.result))
        return frozenset((*self.rules, *covered))

    @property
    def images(self) -> tuple[str, ...]:
        """The images, each once."""
        return tuple(dict.fromkeys(failure.view.image for failure in self.failures))


def fixes(release: ReleaseView) -> tuple[ReleaseFix, ...]:
    """All fixes: what is required first, then the worst, then those that fix most."""
    found: dict[str, list[FailedResult]] = {}
    for view in release.images:
        if view.report is None:
            continue
        for result in view.report.told():
            found.setdefault(_key(view.report, result), []).append(FailedResult(view, view.report, result))
    made = [ReleaseFix(key, tuple(sorted(failures, key=_weight))) for key, failures in found.items()]
    return tuple(sorted(made, key=lambda fix: (*_weight(fix.failures[0]), -len(fix.failures))))


def _weight(failure: FailedResult) -> tuple[bool, int]:
    return not failure.result.required, _ORDER.index(failure.result.severity)


def _key(report: Report, result: Result) -> str:
    files = sorted({f"{one.repository}/{one.path}" for one in result.patches if one.diff})
    if files:
        parts = ["files", *files]
    elif snippet := words.advice_for(result).snippet:
        parts = ["snippet", _without_names(snippet, report)]
    else:
        parts = ["rule", result.rule, result.causes[0].cause if result.causes else ""]
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:16]


def _without_names(snippet: str, report: Report) -> str:
    """What to paste, without what differs from image to image."""
    names = {report.image: "IMAGE", report.digest: "DIGEST"} | {one.digest: "DIGEST" for one in report.platforms}
    with suppress(InvalidReferenceError):
        image = Reference.parse(report.image)
        names |= {image.name: "NAME", image.repository: "PATH", image.registry: "REGISTRY"}
    for name, stands_for in sorted(names.items(), key=lambda pair: -len(pair[0])):
        snippet = snippet.replace(name, stands_for) if name else snippet
    return snippet
