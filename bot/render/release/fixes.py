"""The fixes of a release: failures that one change fixes are told together. No I/O.

Which failures belong together is decided by `bot.render.fixes`.
"""

from msgspec import Struct

from bot.render.advice import Advice, advice_for, patch
from bot.render.fixes import fix_key, joined_diff
from bot.render.release.affected import is_about_others
from bot.render.release.problems import FailedResult, missing, mutual, told
from bot.render.release.view import ReleaseView
from bot.rules import Severity
from bot.values import replace

_ORDER = list(Severity)


class ReleaseFix(Struct, frozen=True):
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

    @property
    def diffs(self) -> tuple[tuple[str, str], ...]:
        """(image, diff): what fixes all these failures of an image at once. Images with the same diff are named once.

        The worst failure's image comes first. Empty where the workflow was not read.
        """
        found: dict[str, str] = {}
        for image in self.images:
            there = [failure for failure in self.failures if failure.view.image == image]
            report, results = there[0].report, [failure.result for failure in there]
            if diff := joined_diff(report, results) or patch(results[0]):
                found.setdefault(diff, image)
        return tuple((image, diff) for diff, image in found.items())

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Another problem that it fixes, and what that needs, as its first failure says it; each sentence once."""
        firsts = {failure.result.rule: failure.result for failure in reversed(self.failures)}
        lead, *rest = [(firsts[rule].title, advice_for(firsts[rule]).text) for rule in self.rules]
        found = {text: title for title, text in reversed(rest) if text and text != lead[1]}
        return tuple((title, text) for text, title in reversed(found.items()))

    @property
    def advice(self) -> Advice:
        """What to do, as the worst failure says it; the diff fixes all of that image."""
        lead, diffs = self.failures[0], self.diffs
        advice = advice_for(lead.result)
        if not diffs or diffs[0][0] != lead.view.image:
            return advice
        return replace(advice, snippet=diffs[0][1], language="diff")


def fixes(release: ReleaseView) -> tuple[ReleaseFix, ...]:
    """All fixes: what is required first, then the worst, then those that fix most."""
    found: dict[str, list[FailedResult]] = {}
    for view in release.images:
        if view.report is None:
            continue
        for result in told(release, view):
            found.setdefault(fix_key(view.report, result), []).append(FailedResult(view, view.report, result))
    _join_mutual(found)
    _join_unknown_builds(found)
    made = [ReleaseFix(key, tuple(sorted(failures, key=_weight))) for key, failures in found.items()]
    return tuple(sorted(made, key=lambda fix: (*_weight(fix.failures[0]), -len(fix.failures))))


def to_run(release: ReleaseView, fix: ReleaseFix) -> tuple[str, ...]:
    """The images that commands about one image are to be run for, that one first; empty for a change of a file.

    What differs between two registries is one of them.
    """
    if fix.advice.language != "sh":
        return ()
    if is_about_others(fix.rules):
        return tuple(one.image for one in missing(release))
    found: dict[tuple[str, ...], str] = {}
    for failure in fix.failures:
        view = failure.view
        is_side = failure.result.rule in mutual()
        found.setdefault((view.repository, view.tag) if is_side else (view.image,), view.image)
    return tuple(found.values())


def _join_mutual(found: dict[str, list[FailedResult]]) -> None:
    """What is only the other side of a failure that is fixed anyway has no fix of its own."""
    for key, failures in list(found.items()):
        sides = {_side(one) for one in failures if one.result.rule in mutual()}
        other = next((it for name, it in found.items() if name != key and sides & set(map(_side, it))), None)
        if other is not None and all(one.result.rule in mutual() for one in failures):
            other.extend(failures)
            del found[key]


def _join_unknown_builds(found: dict[str, list[FailedResult]]) -> None:
    """Nobody knows what built an image without provenance, so a command is advised for it.

    Where the same fails for the same cause in others, and one change of their build is advised, it is fixed by that.
    """
    for key, failures in list(found.items()):
        hosts = [it for name, it in found.items() if name != key and set(map(_why, failures)) <= set(map(_why, it))]
        if len(hosts) == 1 and _is_command(failures) and not _is_command(hosts[0]):
            hosts[0].extend(failures)
            del found[key]


def _is_command(failures: list[FailedResult]) -> bool:
    return advice_for(failures[0].result).language == "sh"


def _why(failure: FailedResult) -> tuple[str, str]:
    """The rule, and the cause that is most certain; "" without one."""
    causes = failure.result.causes
    return failure.result.rule, causes[0].cause if causes else ""


def _side(failure: FailedResult) -> tuple[str, str, str]:
    """The rule, and what both registries call the image."""
    return failure.result.rule, failure.view.repository, failure.view.tag


def _weight(failure: FailedResult) -> tuple[bool, int]:
    return not failure.result.required, _ORDER.index(failure.result.severity)
