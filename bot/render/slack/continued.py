"""What becomes of a thread whose image is told with its release now: one line that points there."""

from bot.render.slack.escape import cut, escaped, link, prose
from bot.render.slack.message import MessageDraft, section

EVENT = "provenance_continued"


def continued(title: str, address: str, image: str) -> MessageDraft:
    """Replaces the old parent. `address` is the https address of the release's thread, or ""."""
    there = link(address, cut(title, 200)) if address else prose(title, 200)
    said = section("what", f":heavy_minus_sign: This image is reported with its release: {there}")
    text = f"{escaped(image, 350)} is reported with its release, {escaped(title, 350)}."
    return MessageDraft(text, (said,), EVENT, {"subject": image[:600]})
