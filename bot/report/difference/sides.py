"""What two reports have in common: the platforms of one paired with those of the other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from bot.report.difference.document import Aspect, DifferenceKind, ImageChange
from bot.report.document import Report
from bot.report.evidence import PlatformSummary
from bot.rules import Outcome
from bot.rules.twins import key_of

IMAGE: Final = "image"
"""The subject that means the whole image."""

_UNNAMED: Final = "platform not named"


def pairs(before: Report, after: Report) -> Iterator[tuple[str, PlatformSummary, PlatformSummary]]:
    """The platforms that both have."""
    old, new = _by_key(before), _by_key(after)
    yield from ((one.platform, one, new[key]) for key, one in old.items() if key in new)


def compare_platforms(before: Report, after: Report) -> Iterator[ImageChange]:
    """Platforms that only one side has, and whether the image is an index."""
    old, new = _by_key(before), _by_key(after)
    for key in old.keys() - new.keys():
        yield _absent(DifferenceKind.LOST, old[key].platform, after)
    for key in new.keys() - old.keys():
        yield _absent(DifferenceKind.GAINED, new[key].platform, before)
    forms = (_form(before), _form(after))
    if forms[0] != forms[1] and all(forms):
        yield ImageChange(kind=DifferenceKind.CHANGED, aspect=Aspect.FORM, before=forms[0], after=forms[1])


def compare_documents(before: Report, after: Report, changes: Sequence[ImageChange]) -> Iterator[ImageChange]:
    """Unknown changes for a side that was not seen completely or can be read in two ways: something may be lost there.

    None where one of the `changes` already says so of a platform.
    """
    for report in (before, after):
        if report.seen is Outcome.FAIL and before.digest != after.digest:
            yield _doubted(f"{report.image} has documents that can be read in two ways")
        elif report.seen is Outcome.UNKNOWN and not any(_stands_for(change) for change in changes):
            yield _doubted(
                f"a part of {report.image} could not be looked at" + "".join(f": {why}" for why in report.unread[:1])
            )


def _doubted(reason: str) -> ImageChange:
    return ImageChange(kind=DifferenceKind.UNKNOWN, aspect=Aspect.DOCUMENT, reason=reason, may_be_lost=True)


def _stands_for(change: ImageChange) -> bool:
    return change.aspect is Aspect.PLATFORM and change.may_be_lost


def _absent(kind: DifferenceKind, platform: str, lacking: Report) -> ImageChange:
    """A platform that one side does not list; it may stand where nobody could look."""
    unread = lacking.unread
    if not unread and any(one.platform.startswith(_UNNAMED) for one in lacking.platforms):
        unread = ("a platform could not be named",)
    if not unread:
        return ImageChange(kind=kind, aspect=Aspect.PLATFORM, subject=platform)
    is_lost = kind is DifferenceKind.LOST
    return ImageChange(
        kind=DifferenceKind.UNKNOWN, aspect=Aspect.PLATFORM, subject=platform, reason=unread[0], may_be_lost=is_lost
    )


def _by_key(report: Report) -> dict[str, PlatformSummary]:
    keys = [_key(one.platform) for one in report.platforms]
    count = Counter(keys)
    named = zip(keys, report.platforms, strict=True)
    return {key if count[key] == 1 else one.platform: one for key, one in named}


def _key(platform: str) -> str:
    """The same for all spellings of one platform, as `platform-lost` takes them."""
    key = key_of(platform)
    return f"{key.name} {key.build}".rstrip() if key else platform


def _form(report: Report) -> str:
    if not report.platforms:
        return ""
    single = len(report.platforms) == 1 and report.platforms[0].digest == report.digest
    return "one manifest" if single else "index"
