"""Which images a problem of a release is about, and what is said of them. No I/O."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from bot.render.release.problems import FailedResult, ReleaseProblem, missing, mutual, problems
from bot.render.release.view import ImageView, ReleaseView
from bot.report import Verdict
from bot.report.results import verdict_of
from bot.rules import Outcome, catalogue

TWO: Final = 2


def affected(release: ReleaseView, problem: ReleaseProblem) -> tuple[str, ...]:
    """The images of a problem as `uber`, `uber (docker.io)` or `uber (linux/arm64)`: what differs is named.

    Of a difference between registries, those are named that lack the tag.
    """
    return tuple(_affected(release, problem))


def about(release: ReleaseView, rule: str, failures: Iterable[FailedResult]) -> tuple[str, ...]:
    """The names of the images that those failures of a rule are about."""
    if is_about_others([rule]) and (absent := missing(release)):
        return with_registries(release, absent)
    names = (release.names[failure.view.image] for failure in failures if failure.result.rule == rule)
    return tuple(dict.fromkeys(names))


def detail_of(release: ReleaseView, problem: ReleaseProblem) -> str:
    """What the rule found first, e.g. the name of the secret; of two images, if it found another thing in each."""
    found: dict[str, str] = {}
    for failure in problem.failures:
        if failure.result.findings:
            found.setdefault(failure.result.findings[0].message, release.names[failure.view.image])
    if len(set(found.values())) < TWO:
        return next(iter(found), "")
    return "; ".join(f"{name}: {message}" for message, name in list(found.items())[:TWO])


def is_about_others(rules: Iterable[str]) -> bool:
    """Whether one of them is about images that are not there, and only told with one that is."""
    return not _about_others().isdisjoint(rules)


def not_ready(release: ReleaseView) -> frozenset[str]:
    """The names of the images that keep the release from passing: those that fail, and those that are said to miss.

    Not the image with which those are told, if nothing else is wrong with it.
    """
    absent = missing(release)
    found = [one for one in problems(release) if not (absent and is_about_others([one.rule]))]
    names = {release.names[failure.view.image] for problem in found for failure in problem.failures}
    if len(found) < len(problems(release)):
        names |= {release.names[one.image] for one in absent}
    return frozenset(names) or frozenset(release.names[one.image] for one in release.images if one.is_failing)


def own_verdict(release: ReleaseView, image: ImageView) -> Verdict | None:
    """The verdict of an image, without what it tells of images that were not seen; None for one without a report."""
    if image.report is None or not image.is_failing or not any(one.is_not_seen for one in release.images):
        return image.report.verdict if image.report else None
    return verdict_of(result for result in image.report.results if not is_about_others([result.rule]))


def with_registries(release: ReleaseView, images: Iterable[ImageView]) -> tuple[str, ...]:
    """The names of those images, with the registry where another registry has the image."""
    by_name: dict[str, list[ImageView]] = {}
    for one in images:
        by_name.setdefault(release.names[one.image], []).append(one)
    return tuple(
        f"{name} ({', '.join(one.registry for one in its)})" if len(its) < len(release.named(name)) else name
        for name, its in by_name.items()
    )


def _affected(release: ReleaseView, problem: ReleaseProblem) -> Iterator[str]:
    if is_about_others([problem.rule]) and (absent := missing(release)):
        yield from with_registries(release, absent)
        return
    by_name: dict[str, list[FailedResult]] = {}
    for failure in problem.failures:
        by_name.setdefault(release.names[failure.view.image], []).append(failure)
    for name, failures in by_name.items():
        if problem.rule in mutual():
            lacking = dict.fromkeys(one.registry for one in release.named(name) if one.is_not_seen)
            yield f"{name} (missing at {', '.join(lacking)})" if lacking else name
            continue
        where = _registries(release.named(name), failures) or _platforms(failures)
        yield f"{name} ({', '.join(where)})" if where else name


@cache
def _about_others() -> frozenset[str]:
    return frozenset(rule.id for rule in catalogue() if rule.about_others)


def _registries(there: tuple[ImageView, ...], failures: list[FailedResult]) -> tuple[str, ...]:
    """The registries, if the image is all right in another one."""
    failing = {failure.view.registry for failure in failures}
    return tuple(sorted(failing)) if failing < {one.registry for one in there} else ()


def _platforms(failures: list[FailedResult]) -> tuple[str, ...]:
    """The platforms, if others of the image are all right."""
    report, result = failures[0].report, failures[0].result
    every = {platform.platform for platform in report.platforms}
    failing = dict.fromkeys(one.subject for one in result.findings if one.outcome is Outcome.FAIL)
    return tuple(failing) if failing and set(failing) < every else ()
