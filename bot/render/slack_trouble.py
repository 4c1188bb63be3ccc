"""'Could not check': what we tried, what answered, when we try again. It says nothing about the image."""

from datetime import datetime

from bot.render.slack_escape import code, date, escaped, prose
from bot.render.slack_message import Block, Draft, actions, header, section
from bot.render.slack_words import recheck_button, short_image

TRIED_MAX = 600


def could_not_check(image: str, tried: str, *, retry_at: datetime | None, final: bool, intent: str) -> Draft:
    """As the parent of a new thread."""
    blocks = (
        header("head", f"❔ Unknown: {short_image(image)} could not be checked"),
        section("what", code(image, 500)),
        *_story(image, tried, retry_at, intent, final=final),
    )
    return _draft(image, tried, blocks, "provenance_checked", final=final)


def could_not_recheck(image: str, tried: str, *, retry_at: datetime | None, final: bool, intent: str) -> Draft:
    """As a reply in a thread that has a verdict: that one stays, it was true of what was checked."""
    blocks = (
        section("head", ":grey_question: *Unknown*: the newest push could not be checked"),
        *_story(image, tried, retry_at, intent, final=final),
    )
    return _draft(image, tried, blocks, "provenance_trouble", final=final)


def checked_after_all(image: str) -> Draft:
    """In place of that reply, once a check went through."""
    text = f"Checked after all: {escaped(image, 600)}."
    said = section("head", ":white_check_mark: The check went through after all. The verdict stands on top.")
    return Draft(text, (said,), "provenance_trouble", {"subject": image[:600], "state": "over"})


def _story(image: str, tried: str, retry_at: datetime | None, intent: str, *, final: bool) -> tuple[Block, ...]:
    when = f"Next try {date(retry_at)}." if retry_at and not final else "I do not try again by myself."
    said = f"{prose(tried, TRIED_MAX)}\nThis says nothing about the image. {when}"
    return section("tried", said), actions("act", recheck_button(intent, image))


def _draft(image: str, tried: str, blocks: tuple[Block, ...], event: str, *, final: bool) -> Draft:
    text = f"Unknown: {escaped(image, 600)} could not be checked. {escaped(tried, TRIED_MAX)}"
    state = "given-up" if final else "trying"
    draft = Draft(text, blocks, event, {"subject": image[:600], "verdict": "unknown", "state": state})
    return draft if draft.fits() else draft.plain()
