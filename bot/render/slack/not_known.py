"""The lines of a release about what nobody knows: what could not be checked, what is awaited, what was not seen."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from bot.render.finding_words import is_unverified
from bot.render.release.affected import is_about_others, with_registries
from bot.render.release.problems import FailedResult, awaited, compared_later, missing, problems, unknowns
from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.escape import code, date, prose
from bot.render.slack.words import gist, some_names
from bot.render.words import looked_at
from bot.report import Result

UNKNOWN_MAX: Final = 2
"""Rules in one line; the page has all of them."""


def not_known(release: ReleaseView) -> Iterator[str]:
    """What could not be checked, with the first reason: whole images, or some rules of an image that was read.

    And what is still to come.
    """
    found = unknowns(release)
    unread = [one for problem in found for one in problem.failures if not looked_at(one.report)]
    if unread:
        names = some_names(_names(release, (one.view for one in unread)))
        yield f":grey_question: *Unknown*: {names} could not be checked ({_why_unknown(unread[0])})"
    read = [one for problem in found for one in problem.failures if looked_at(one.report)]
    yield from _unverified(release, [one for one in read if is_unverified(one.result)])
    some = [one for one in read if not is_unverified(one.result)]
    if some:
        titles = [f"“{prose(title, 100)}”" for title in dict.fromkeys(one.result.title for one in some)]
        more = f" and {len(titles) - UNKNOWN_MAX} more" if len(titles) > UNKNOWN_MAX else ""
        several = len(set(release.names.values())) > 1
        of = f" of {some_names(_names(release, (one.view for one in some)))}" if several else ""
        what = f"{', '.join(titles[:UNKNOWN_MAX])}{more}{of}"
        yield f":grey_question: *Unknown*: {what} could not be checked ({_why_unknown(some[0])})"
    yield from _to_come(release)


def _unverified(release: ReleaseView, found: list[FailedResult]) -> Iterator[str]:
    """A signature that is there, why nobody could verify it, and what to write into the policy. The titles say more."""
    if not found:
        return
    several = len(set(release.names.values())) > 1
    of = f" of {some_names(_names(release, (one.view for one in found)))}" if several else ""
    yield f":grey_question: *Unknown*: a signature{of} was found, and could not be verified ({_why_unknown(found[0])})"
    if line := next((line for one in found if (line := _keys(one.result))), ""):
        yield f"To verify it, name the signer's public key in the policy: {code(line, 120)}"


def _keys(result: Result) -> str:
    """The line of what is to be pasted that names the key."""
    lines = result.remediation.snippet.splitlines() if result.remediation else []
    return next((f"keys: [{line.strip(' -')}]" for line in lines if "file:" in line), "")


def _why_unknown(one: FailedResult) -> str:
    return prose(gist(one.result), 200)


def _to_come(release: ReleaseView) -> Iterator[str]:
    """Signatures that may still arrive, images that have not arrived, and those that were not seen in time."""
    if waiting := awaited(release):
        ends = max(one.settles_at for one in waiting)
        due = f", due by {date(datetime.fromtimestamp(ends, UTC), '{time}')}" if ends else ""
        yield f":hourglass_flowing_sand: *Waiting* for signatures of {some_names(_names(release, waiting))}{due}"
    if later := [one for one in compared_later(release) if one not in waiting]:
        names = some_names(_names(release, later))
        yield f":hourglass_flowing_sand: *Waiting* for other images, to compare {names} with them"
    absent = [one for one in release.images if one.report is None]
    if unchecked := [one for one in absent if one.is_unchecked]:
        yield f":grey_question: *Not checked*: {some_names(with_registries(release, unchecked))}"
    if to_come := [one for one in absent if one.is_open]:
        yield f":hourglass_flowing_sand: *Still to come*: {some_names(with_registries(release, to_come))}"
    is_told = is_about_others(problem.rule for problem in problems(release))
    if not is_told and (not_seen := missing(release)):
        yield f":grey_question: *Not seen*: {some_names(with_registries(release, not_seen))}"
    if release.is_cut:
        yield f":grey_question: *Not listed*: images beyond the first {len(release.images)}"


def _names(release: ReleaseView, images: Iterable[ImageView]) -> list[str]:
    return list(dict.fromkeys(release.names[one.image] for one in images))
