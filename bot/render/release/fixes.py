"""The fixes of a release: failures that one change fixes are told together. No I/O.

Which failures belong together is decided by `bot.render.fixes`.
"""

from dataclasses import dataclass

from bot.render.fixes import fix_key
from bot.render.release.problems import FailedResult
from bot.render.release.view import ReleaseView
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
            found.setdefault(fix_key(view.report, result), []).append(FailedResult(view, view.report, result))
    made = [ReleaseFix(key, tuple(sorted(failures, key=_weight))) for key, failures in found.items()]
    return tuple(sorted(made, key=lambda fix: (*_weight(fix.failures[0]), -len(fix.failures))))


def _weight(failure: FailedResult) -> tuple[bool, int]:
    return not failure.result.required, _ORDER.index(failure.result.severity)
