"""The verdict on a release in words, with its sign. No I/O."""

from typing import Final

from bot.render.release.affected import not_ready
from bot.render.release.problems import awaited, problems
from bot.render.release.view import ReleaseView
from bot.report import Verdict

CRITICAL: Final = "🚨"
FAIL: Final = "❌"
WAITS: Final = "⏳"

_GOOD: Final = {Verdict.PASS: ("✅", ""), Verdict.WARN: ("⚠️", ", with advice")}


def headline(release: ReleaseView) -> tuple[str, str]:
    """The sign and the words, e.g. `❌` and `3 of 4 images not ready`."""
    names = dict.fromkeys(release.names.values())
    if release.is_waiting:
        return WAITS, _waits(release)
    match release.verdict:
        case Verdict.FAIL:
            said = f"{len(not_ready(release))} of {len(names)} images not ready" if len(names) > 1 else "not ready"
            found = problems(release)
            if found and found[0].is_critical:
                title = found[0].title
                return CRITICAL, f"{title[:1].lower()}{title[1:]}; {said}"
            return FAIL, said
        case Verdict.UNKNOWN:
            return "❔", _unknown(release)
        case verdict:
            sign, tail = _GOOD[verdict]
            return sign, (f"all {len(names)} images pass" if len(names) > 1 else "passes") + tail


def _unknown(release: ReleaseView) -> str:
    if release.asks_nothing:
        return "nothing was verified: not an image, and the policy asks for no signature"
    names = dict.fromkeys(release.names.values())
    unclear = {release.names[one.image] for one in release.images if not _is_good(release, one.image)}
    if unclear or not names:
        of = f"{len(unclear)} of {len(names)} images" if len(names) > 1 else ""
        return f"{of} could not be checked completely".strip()
    if release.is_cut:
        return f"more than {len(release.images)} images, not all of them were checked"
    gone = {release.names[one.image] for one in release.images if one.is_not_seen}
    return f"{len(gone)} of {len(names)} images not seen in time" if len(names) > 1 else "not seen in time"


def is_only_incomplete(release: ReleaseView) -> bool:
    """Whether all that is there is good, and something did not arrive in time."""
    is_over = not (release.is_waiting or release.is_cut) and any(one.is_not_seen for one in release.images)
    return is_over and all(_is_good(release, one.image) for one in release.images)


def _waits(release: ReleaseView) -> str:
    there = sum(not one.is_open for one in release.images)
    if there == len(release.images):
        return "waits for other images"
    if len(release.images) == 1:
        if not release.reports:
            return "not checked yet"
        return "waits for signatures" if awaited(release) else "waits for other images"
    return f"{there} of {len(release.images)} checked so far"


def _is_good(release: ReleaseView, image: str) -> bool:
    view = next(one for one in release.images if one.image == image)
    return view.is_not_seen or (view.report is not None and view.report.verdict in _GOOD)
