"""'Could not check': what we tried, what answered, when we try again. It says nothing about the image."""

from dataclasses import dataclass
from datetime import datetime

from bot.render.slack.escape import code, date, escaped, prose
from bot.render.slack.message import Block, MessageDraft, actions, header, section
from bot.render.slack.words import recheck_button, short_image

TRIED_MAX = 600


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """A check that did not work. `tried` is a sentence; `final` when nobody tries again by themselves."""

    image: str
    tried: str
    retry_at: datetime | None = None
    final: bool = False


def could_not_check(trouble: CheckFailure, intent: str) -> MessageDraft:
    """As the parent of a thread that has no verdict."""
    blocks = (
        header("head", f"❔ Unknown: {short_image(trouble.image)} could not be checked"),
        section("what", code(trouble.image, 500)),
        *_story(trouble, intent),
    )
    return _draft(trouble, blocks, "provenance_checked")


def could_not_recheck(trouble: CheckFailure, intent: str) -> MessageDraft:
    """As a reply in a thread that has a verdict: that one stays, it was true of what was checked."""
    blocks = (
        section("head", ":grey_question: *Unknown*: the newest push could not be checked"),
        *_story(trouble, intent),
    )
    return _draft(trouble, blocks, "provenance_trouble")


def check_succeeded(image: str) -> MessageDraft:
    """In place of that reply, once a check went through."""
    text = f"Checked after all: {escaped(image, 600)}."
    said = section("head", ":white_check_mark: The check went through after all. The verdict stands on top.")
    return MessageDraft(text, (said,), "provenance_trouble", {"subject": image[:600], "state": "over"})


def sentence(text: str) -> str:
    """With a full stop, so that another one may follow."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _story(trouble: CheckFailure, intent: str) -> tuple[Block, ...]:
    when = "I do not try again by myself."
    if trouble.retry_at and not trouble.final:
        when = f"Next try {date(trouble.retry_at)}."
    said = f"{sentence(prose(trouble.tried, TRIED_MAX))}\nThis says nothing about the image. {when}"
    return section("tried", said), actions("act", recheck_button(intent, trouble.image))


def _draft(trouble: CheckFailure, blocks: tuple[Block, ...], event: str) -> MessageDraft:
    text = f"Unknown: {escaped(trouble.image, 600)} could not be checked. {sentence(escaped(trouble.tried, TRIED_MAX))}"
    state = "given-up" if trouble.final else "trying"
    draft = MessageDraft(text, blocks, event, {"subject": trouble.image[:600], "verdict": "unknown", "state": state})
    return draft if draft.fits() else draft.plain()
