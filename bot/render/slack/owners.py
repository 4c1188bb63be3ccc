"""Mentions the owners of a release: in its parent, or in a reply. Nothing else mentions anybody.

The owners come only from the policy. All text from registries, builds and users is escaped.
https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
"""

from typing import Final

from bot.policy.owners import OWNERS_MAX, OwnerKind, kind_of
from bot.render.release.view import ReleaseView
from bot.render.slack.escape import code, escaped, prose
from bot.render.slack.message import MessageDraft, section
from bot.render.slack.words import MARKS
from bot.rules import Outcome

NAME_MAX: Final = 40
"""Code points of an owner who is a plain name."""

_EVENT: Final = "provenance_owners"


def owners_line(owners: tuple[str, ...], *, calls: bool) -> str:
    """`Owners: …` with mentions if it `calls` them, else with those that are plain names; "" without owners."""
    listed = list(dict.fromkeys(owners))[:OWNERS_MAX]
    names = [named(owner) for owner in listed if calls or kind_of(owner) is OwnerKind.NAME]
    word = "Owner" if len(names) == 1 else "Owners"
    return f"{word}: {', '.join(names)}" if names else ""


def called(release: ReleaseView) -> MessageDraft:
    """The reply that mentions the owners: the release fails."""
    said = f"{owners_line(release.owners, calls=True)}. This thread says what to do."
    text = f"Fail: {escaped(release.title, 600)}. {said}"
    block = section("owners", f"{MARKS[Outcome.FAIL]} {code(release.title, 600)}\n{said}")
    return MessageDraft(text, (block,), _EVENT, _facts(release, "called"))


def called_off(release: ReleaseView) -> MessageDraft:
    """Replaces that reply if the release passed before Slack accepted it."""
    said = "It no longer fails. The owners do not need to do anything."
    block = section("owners", f"{code(release.title, 600)}\n{said}")
    return MessageDraft(f"{escaped(release.title, 600)}: {said}", (block,), _EVENT, _facts(release, "called-off"))


def named(owner: str) -> str:
    """A mention for an id, else the escaped text; `<!channel>` is text, too."""
    match kind_of(owner):
        case OwnerKind.USER:
            return f"<@{owner}>"
        case OwnerKind.GROUP:
            return f"<!subteam^{owner}>"
        case OwnerKind.NAME:
            return prose(owner, NAME_MAX)


def _facts(release: ReleaseView, state: str) -> dict[str, str | int]:
    return {"subject": release.subject[:600], "digest": release.digest[:150], "state": state}
