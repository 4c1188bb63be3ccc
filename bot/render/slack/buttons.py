"""The buttons under a release and under its alarms. Each is handled by a file in handlers/actions.

A button says what to do and never to what: that is found by the message that it stands under.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from bot.render.release.problems import ReleaseProblem, advice, problems
from bot.render.release.view import ReleaseView
from bot.render.slack.escape import clean, cut
from bot.render.slack.message import Block, button
from bot.render.slack.words import recheck_button, release_page
from bot.rules import catalogue

SHOW_FIX: Final = "fix.show"
WAIVE: Final = "waive.open"
REVOKED: Final = "secret.revoked"
MORE: Final = "release.more"
SHARE: Final = "share.here"
PROPOSE_FIX: Final = "fix.propose"
REVOKE_WAIVER: Final = "waiver.revoke"


NAME_MAX: Final = 600
"""Characters of an image's name in a button; the grammar has 512."""


class More(StrEnum):
    """What the menu of a release offers; the option's value."""

    ACKNOWLEDGE = "acknowledge"
    UNDO_ACKNOWLEDGE = "undo-acknowledge"
    SNOOZE = "snooze"
    END_SNOOZE = "end-snooze"
    MUTE = "mute"
    UNMUTE = "unmute"
    EVIDENCE = "evidence"
    REPORT = "report"  # a link; Slack opens it


def release_buttons(release: ReleaseView, intent: str, base_url: str) -> tuple[Block, ...]:
    """The row under the parent: what helps first, the rest in a menu."""
    return tuple(_release(release, intent, base_url))


def revoked_button(intent: str, title: str) -> Block:
    """A person revoked the secret."""
    return button(REVOKED, "I revoked it", value=intent, spoken=f"I revoked the secret in {title}")


def show_fix_button(intent: str, title: str, label: str = "Show the fix") -> Block:
    """The fixes, for that person alone."""
    return button(SHOW_FIX, label, value=intent, spoken=f"{label}: {title}")


def revoke_waiver_button(title: str) -> Block:
    """The rule counts again."""
    return button(REVOKE_WAIVER, "Revoke the waiver", value="waiver", spoken=f"Revoke the waiver in {title}")


def private_buttons(release: ReleaseView) -> tuple[Block, ...]:
    """Under an answer that one person sees, which has no record: the image is named, and nothing is decided by it."""
    image = release.images[0].image[:NAME_MAX] if release.images else ""
    share = button(SHARE, "Share here", value=image, spoken=f"Share {release.title} in this channel")
    return (show_fix_button(image, release.title), share) if problems(release) else (share,)


def asks_to_revoke(problem: ReleaseProblem) -> bool:
    """Whether something was found that must be revoked where it came from."""
    return any(rule.id == problem.rule and rule.asks_to_revoke for rule in catalogue())


def overflow(action_id: str, *options: Block) -> Block:
    """A menu of at most five options."""
    return {"type": "overflow", "action_id": action_id, "options": list(options[:5])}


def option(label: str, value: str, *, url: str = "") -> Block:
    """One line of a menu or a form; the label has at most 75 characters."""
    text = {"type": "plain_text", "text": cut(clean(label), 75), "emoji": False}
    made: Block = {"text": text, "value": value[:150]}
    return made | ({"url": url} if url else {})


def _release(release: ReleaseView, intent: str, base_url: str) -> Iterator[Block]:
    found, title = problems(release), release.title
    if any(asks_to_revoke(problem) for problem in found) and release.attention.revoked is None:
        yield revoked_button(intent, title)
    if found or advice(release):
        yield show_fix_button(intent, title)
    yield recheck_button(intent, title)
    if found:
        yield button(WAIVE, "Waive…", value=intent, spoken=f"Waive a rule that fails in {title}, opens a form")
    yield overflow(MORE, *_menu(release, base_url, is_failing=bool(found)))


def _menu(release: ReleaseView, base_url: str, *, is_failing: bool) -> Iterator[Block]:
    said = release.attention
    if said.acknowledgement:
        yield option("Undo acknowledgement", More.UNDO_ACKNOWLEDGE)
    elif is_failing:
        yield option("Acknowledge", More.ACKNOWLEDGE)
    yield option("End snooze", More.END_SNOOZE) if said.snooze else option("Snooze…", More.SNOOZE)
    yield option("Unmute this tag here", More.UNMUTE) if said.mute else option("Mute this tag here", More.MUTE)
    yield option("Evidence (JSON)", More.EVIDENCE)
    if page := release_page(base_url, release.subject):
        yield option("Full report", More.REPORT, url=page)
