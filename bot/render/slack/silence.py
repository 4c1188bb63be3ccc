"""The message about a webhook source that has fallen silent, and the same message when it is heard again."""

from typing import Final

from bot.render.counted import counted
from bot.render.slack.escape import code, escaped, prose
from bot.render.slack.message import MessageDraft, header, section

EVENT: Final = "provenance_silent"
SHOWN_MAX: Final = 10
"""Images in the message."""

_TO_DO: Final = (
    "The pushes were still checked. Look at the webhook's delivery history: Quay turns a webhook off after "
    "three failures, and GitHub delivers again only by hand and within three days."
)


def silent_source(source: str, images: tuple[str, ...]) -> MessageDraft:
    """What polling found; without images, that the source is heard again."""
    facts = {"subject": source[:80], "state": "open" if images else "over"}
    if not images:
        text = f"The webhook source {escaped(source, 80)} announces pushes again."
        said = section("head", f":white_check_mark: The webhook source *{prose(source, 80)}* announces pushes again.")
        return MessageDraft(text, (said,), EVENT, facts)
    shown = "\n".join(code(image, 200) for image in images[:SHOWN_MAX])
    more = f"\nand {len(images) - SHOWN_MAX} more" if len(images) > SHOWN_MAX else ""
    blocks = (
        header("head", f"🔕 The webhook source {source[:80]} is silent"),
        section("what", f"Polling found pushes that it did not announce within 15 minutes:\n{shown}{more}"),
        section("todo", _TO_DO),
    )
    found = f"polling found {counted(len(images), 'push', 'pushes')} that it did not announce"
    text = f"The webhook source {escaped(source, 80)} is silent: {found}."
    draft = MessageDraft(text, blocks, EVENT, facts)
    return draft if draft.fits() else draft.plain()
