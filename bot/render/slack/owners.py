"""The reply that mentions the owners of an image. It is the only message that mentions anybody.

The owners come only from the policy. All text from registries, builds and users is escaped.
https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
"""

from typing import Final

from bot.policy.owners import OWNERS_MAX, OwnerKind, kind_of
from bot.render.slack.escape import code, escaped, prose
from bot.render.slack.message import MessageDraft, section
from bot.render.slack.words import MARKS
from bot.report import Report
from bot.rules import Outcome

NAME_MAX: Final = 40
"""Code points of an owner who is a plain name."""

_EVENT: Final = "provenance_owners"


def called(report: Report, owners: tuple[str, ...]) -> MessageDraft:
    """The image fails, and these owners are mentioned."""
    names = ", ".join(named(owner) for owner in list(dict.fromkeys(owners))[:OWNERS_MAX])
    said = f"Owners: {names}. This thread says what to do."
    text = f"Fail: {escaped(report.image, 600)}. {said}"
    block = section("owners", f"{MARKS[Outcome.FAIL]} {code(report.image, 600)}\n{said}")
    return MessageDraft(text, (block,), _EVENT, _facts(report, "called"))


def called_off(report: Report) -> MessageDraft:
    """Replaces that reply if the image passed before Slack accepted it."""
    said = "It no longer fails. The owners do not need to do anything."
    block = section("owners", f"{code(report.image, 600)}\n{said}")
    return MessageDraft(f"{escaped(report.image, 600)}: {said}", (block,), _EVENT, _facts(report, "called-off"))


def named(owner: str) -> str:
    """A mention for an id, else the escaped text; `<!channel>` is text, too."""
    match kind_of(owner):
        case OwnerKind.USER:
            return f"<@{owner}>"
        case OwnerKind.GROUP:
            return f"<!subteam^{owner}>"
        case OwnerKind.NAME:
            return prose(owner, NAME_MAX)


def _facts(report: Report, state: str) -> dict[str, str | int]:
    return {"subject": report.image[:600], "digest": report.digest[:150], "state": state}
