"""Messages about a check that did not work: what was tried, the answer, and the next attempt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.render.slack.escape import code, cut, date, escaped, prose
from bot.render.slack.message import TEXT_MAX, Block, MessageDraft, actions, header, section
from bot.render.slack.words import recheck_button, short_image

TRIED_MAX: Final = 600
NO_RETRY: Final = "It is not tried again automatically."


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """A check that did not work. `tried` is a sentence; `final` means that it is not retried."""

    image: str
    tried: str
    retry_at: datetime | None = None
    final: bool = False
    request_id: str = ""  # to be quoted


def could_not_check(failure: CheckFailure, intent: str) -> MessageDraft:
    """The parent of a thread without a verdict."""
    blocks = (
        header("head", f"❔ Unknown: {short_image(failure.image)} could not be checked"),
        section("what", code(failure.image, 500)),
        *_details(failure, intent),
    )
    return _draft(failure, blocks, "provenance_checked")


def could_not_recheck(failure: CheckFailure, intent: str) -> MessageDraft:
    """A reply in a thread with a verdict. The verdict stays, because it was true for its digest."""
    blocks = (
        section("head", ":grey_question: *Unknown*: the newest push could not be checked"),
        *_details(failure, intent),
    )
    return _draft(failure, blocks, "provenance_trouble")


def check_succeeded(image: str) -> MessageDraft:
    """Replaces that reply after a check has succeeded."""
    text = f"The check has succeeded: {escaped(image, 600)}."
    said = section("head", ":white_check_mark: The check has succeeded. The first message has the verdict.")
    return MessageDraft(text, (said,), "provenance_trouble", {"subject": image[:600], "state": "over"})


def sentence(text: str) -> str:
    """The text with a full stop."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _details(failure: CheckFailure, intent: str) -> tuple[Block, ...]:
    when = NO_RETRY
    if failure.retry_at and not failure.final:
        when = f"Next attempt {date(failure.retry_at)}."
    quote = f" If you ask about it, quote {code(failure.request_id, 64)}." if failure.request_id else ""
    said = f"{sentence(prose(failure.tried, TRIED_MAX))}\nThis says nothing about the image. {when}{quote}"
    return section("tried", said), actions("act", recheck_button(intent, failure.image))


def _draft(failure: CheckFailure, blocks: tuple[Block, ...], event: str) -> MessageDraft:
    text = cut(
        f"Unknown: {escaped(failure.image, 600)} could not be checked. {sentence(escaped(failure.tried, TRIED_MAX))}",
        TEXT_MAX,
    )
    state = "given-up" if failure.final else "trying"
    draft = MessageDraft(text, blocks, event, {"subject": failure.image[:600], "verdict": "unknown", "state": state})
    return draft if draft.fits() else draft.plain()
