"""The reply that calls the owners of an image: the only message that mentions anybody.

Whom it calls comes from the policy alone; nothing that a registry, a build or an asker says gets in here but escaped.
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
"""Code points of an owner who is only a name."""

_EVENT: Final = "provenance_owners"


def called(report: Report, owners: tuple[str, ...]) -> MessageDraft:
    """It fails, and these are to know."""
    names = ", ".join(named(owner) for owner in list(dict.fromkeys(owners))[:OWNERS_MAX])
    said = f"Owners: {names}. What to do stands in this thread."
    text = f"Fail: {escaped(report.image, 600)}. {said}"
    block = section("owners", f"{MARKS[Outcome.FAIL]} {code(report.image, 600)}\n{said}")
    return MessageDraft(text, (block,), _EVENT, _facts(report, "called"))


def called_off(report: Report) -> MessageDraft:
    """In place of that reply, when Slack did not take it before the failure was over."""
    said = "It does not fail any more, so its owners have nothing to do."
    block = section("owners", f"{code(report.image, 600)}\n{said}")
    return MessageDraft(f"{escaped(report.image, 600)}: {said}", (block,), _EVENT, _facts(report, "called-off"))


def named(owner: str) -> str:
    """A mention for an id, for anything else its words; `<!channel>` is such words, too."""
    match kind_of(owner):
        case OwnerKind.USER:
            return f"<@{owner}>"
        case OwnerKind.GROUP:
            return f"<!subteam^{owner}>"
        case OwnerKind.NAME:
            return prose(owner, NAME_MAX)


def _facts(report: Report, state: str) -> dict[str, str | int]:
    return {"subject": report.image[:600], "digest": report.digest[:150], "state": state}
