"""Messages about a check that did not work: what was tried, the answer, and the next attempt."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from bot.render.slack.escape import code, cut, date, escaped, prose
from bot.render.slack.message import TEXT_MAX, Block, MessageDraft, actions, header, section
from bot.render.slack.unchecked import Unchecked
from bot.render.slack.words import recheck_button, short_image

TRIED_MAX: Final = 600
STOPPED: Final = "The bot has stopped trying. Press Re-check to try again."
"""What is polled, or released lately, is also looked at again by itself when its registry is back."""


class CheckFailure(Struct, frozen=True):
    """A check that did not work. `tried` is a sentence; `final` means that it is not retried."""

    image: str
    tried: str
    retry_at: datetime | None = None
    final: bool = False
    request_id: str = ""  # to be quoted
    at: float = 0.0  # when that was, in seconds since the epoch by the store's clock; 0 = now


def could_not_check(failure: CheckFailure, intent: str, unchecked: Unchecked | None = None) -> MessageDraft:
    """The parent of a thread without a verdict. `unchecked` are all images that failed, this one included."""
    named = unchecked or Unchecked({failure.image: 0.0})
    who = named.count if named.are_many else short_image(failure.image)
    blocks = (
        header("head", f"❔ Unknown: {who} could not be checked"),
        section("what", named.shown if named.are_many else code(failure.image, 500)),
        *_details(failure, intent, named),
    )
    return _draft(failure, blocks, "provenance_checked", named)


def could_not_recheck(failure: CheckFailure, intent: str, unchecked: Unchecked | None = None) -> MessageDraft:
    """A reply in a thread with a verdict. The verdict stays, because it was true for its digest."""
    named = unchecked or Unchecked({failure.image: 0.0})
    return _draft(failure, (_who(named), *_details(failure, intent, named)), "provenance_trouble", named)


def still_unchecked(unchecked: Unchecked, intent: str, state: str) -> MessageDraft:
    """The same reply when some of its images have been checked since. `state` is the one of the last failure."""
    blocks = (
        _who(unchecked),
        section("tried", _says_nothing(unchecked)),
        actions("act", recheck_button(intent, unchecked.last)),
    )
    facts = {"subject": unchecked.last[:600], "verdict": "unknown", "state": state, **unchecked.facts}
    text = cut(f"Unknown: {unchecked.spoken} could not be checked.", TEXT_MAX)
    return MessageDraft(text, blocks, "provenance_trouble", facts)


def check_succeeded(image: str) -> MessageDraft:
    """Replaces that reply after a check has succeeded."""
    text = f"The check has succeeded: {escaped(image, 600)}."
    said = section("head", ":white_check_mark: The check has succeeded. The first message has the verdict.")
    return MessageDraft(text, (said,), "provenance_trouble", {"subject": image[:600], "state": "over"})


def sentence(text: str) -> str:
    """The text with a full stop."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _who(unchecked: Unchecked) -> Block:
    """Not whether it was pushed: also what was released long ago is looked at again."""
    return section("head", f":grey_question: *Unknown*: {unchecked.shown} could not be checked")


def _says_nothing(unchecked: Unchecked) -> str:
    return f"This says nothing about the {'images' if unchecked.are_many else 'image'}."


def _details(failure: CheckFailure, intent: str, unchecked: Unchecked) -> tuple[Block, ...]:
    when = STOPPED
    if failure.retry_at and not failure.final:
        when = f"Next attempt {date(failure.retry_at)}."
    quote = f" If you ask about it, quote {code(failure.request_id, 64)}." if failure.request_id else ""
    is_named = failure.tried.startswith(failure.image)
    whose = f"{code(failure.image, 300)}: " if unchecked.are_many and not is_named else ""
    tried = f"{whose}{sentence(prose(failure.tried, TRIED_MAX))}"
    said = section("tried", f"{tried}\n{_says_nothing(unchecked)} {when}{quote}")
    return said, actions("act", recheck_button(intent, failure.image))


def _draft(failure: CheckFailure, blocks: tuple[Block, ...], event: str, unchecked: Unchecked) -> MessageDraft:
    tried = sentence(escaped(failure.tried, TRIED_MAX))
    text = cut(f"Unknown: {unchecked.spoken} could not be checked: {tried}", TEXT_MAX)
    state = "given-up" if failure.final else "trying"
    facts = {"subject": failure.image[:600], "verdict": "unknown", "state": state, **unchecked.facts}
    draft = MessageDraft(text, blocks, event, facts)
    return draft if draft.fits() else draft.plain()
