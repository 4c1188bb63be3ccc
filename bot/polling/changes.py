"""What is new, moved or vanished since the last look, and what a first look has checked. No I/O."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Final, TypeAlias

from msgspec import Struct

from bot.oci.catalogue.listing import ListedTag
from bot.oci.reference import is_evidence_tag
from bot.releases.versions import Order, is_rolling, order, take_apart
from bot.store.polls import RepositoryState

RECENT: Final = 24 * 3600.0
"""Seconds for which a version that was noticed is looked at in every round: that is when mistakes are corrected."""

OLDER_EVERY: Final = 6 * 3600.0
"""Seconds after which the next of a repository's older versions is asked for, where its list tells no digests."""

OLDER_MAX: Final = 28
"""Of them, the newest, so that each is asked for once a week. The second look has the newest three every day."""

BACK_FIRST: Final = 20
"""Tags that had vanished and are listed again, of which is asked first."""

FAMILIES_MAX: Final = 20
"""Families of which a first look has the newest version checked; the largest ones."""


IsIgnored: TypeAlias = Callable[[str], bool]
"""Whether the policy ignores pushes of that tag."""


class ChangeKind(StrEnum):
    """What happened to a tag."""

    NEW = "new"
    MOVED = "moved"
    VANISHED = "vanished"
    BACK = "back"  # it had vanished, and is there again as it was


class TagChange(Struct, frozen=True):
    """A tag that is not as it was. `digest` is what it stands for now, "" for one that vanished or holds evidence."""

    kind: ChangeKind
    tag: str
    digest: str = ""
    before: str = ""


def to_resolve(
    listed: Iterable[ListedTag], state: RepositoryState, now: float, is_ignored: IsIgnored
) -> tuple[str, ...]:
    """The tags whose digest must be asked for: those that may have moved, then new ones.

    Any tag may move. Those that are not close take turns, four a day at most: 24 repositories cost 96 HEADs.

    The new ones begin at another place each time: of a list that names thousands of tags that are not there, none
    stands in the way of the others for ever. Before them come a few that had vanished, if it is known what they were:
    they tell what the others are (`changes`).
    """
    unknown = [tag.name for tag in listed if not tag.digest and not is_evidence_tag(tag.name)]
    older = next_older([tag for tag in unknown if tag in state.digests], state.looked_at, now)
    known = [tag for tag in unknown if tag in state.digests and (tag == older or is_close(tag, state, now))]
    new = _turned([tag for tag in unknown if tag not in state.digests], now)
    back = [tag for tag in new if state.gone.get(tag)][:BACK_FIRST]
    return tuple(dict.fromkeys(tag for tag in (*known, *back, *new) if not is_ignored(tag)))


def _turned(tags: list[str], now: float) -> list[str]:
    """The tags, beginning at another one each time."""
    first = int(now) % len(tags) if tags else 0
    return [*tags[first:], *tags[:first]]


def next_older(tags: Iterable[str], looked_at: float, now: float) -> str:
    """The older version whose turn it is since the last look; "" when it is none's. Each has one a week."""
    turn = int(now // OLDER_EVERY)
    if turn == int(looked_at // OLDER_EVERY):
        return ""
    versions = sorted((tag for tag in tags if not is_rolling(tag)), key=_order, reverse=True)[:OLDER_MAX]
    return next(iter(versions[turn % OLDER_MAX :]), "")


def is_close(tag: str, state: RepositoryState, now: float) -> bool:
    """Whether the tag is looked at in every round: it moves by design, or was noticed a short while ago."""
    return is_rolling(tag) or abs(now - state.recent.get(tag, 0.0)) < RECENT


def changes(digests: Mapping[str, str], state: RepositoryState, now: float) -> tuple[TagChange, ...]:
    """What is new or moved. `digests` are the tags that are there; "" when nobody asked, or for evidence.

    A registry that had lost its contents for a while gets back versions that nobody has ever asked for, too. They are
    no pushes when others came back as they were.
    """
    found = []
    same = {tag for tag, digest in digests.items() if digest and _was_gone(tag, state) == digest}
    is_restored = bool(same) or abs(now - state.restored_at) < RECENT
    for tag, digest in digests.items():
        if tag not in state.digests:
            before = _was_gone(tag, state)
            is_back = tag in same or (is_restored and before == "" and bool(digest))
            found.append(TagChange(ChangeKind.BACK if is_back else ChangeKind.NEW, tag, digest, before or ""))
        elif digest and (before := state.digests[tag]) and before != digest:
            found.append(TagChange(ChangeKind.MOVED, tag, digest, before))
    return tuple(found)


def _was_gone(tag: str, state: RepositoryState) -> str | None:
    """What a tag that had vanished stood for, "" when nobody knew; None for one that had not."""
    return None if tag in state.digests else state.gone.get(tag)


def newest_of_families(tags: Iterable[str], is_ignored: IsIgnored) -> tuple[str, ...]:
    """The newest version of each family."""
    families: dict[str, list[str]] = {}
    for tag in tags:
        if not is_evidence_tag(tag) and not is_rolling(tag):
            families.setdefault(take_apart(tag).family, []).append(tag)
    largest = sorted(families.values(), key=len, reverse=True)[:FAMILIES_MAX]
    newest = (sorted(family, key=_order, reverse=True) for family in largest)
    first = (next((tag for tag in family if not is_ignored(tag)), "") for family in newest)
    return tuple(tag for tag in first if tag)


def _order(tag: str) -> tuple[Order, str]:
    return order(take_apart(tag).version), tag
