"""A loss and the absence that it covers are one reply."""

from tests.making import image, reported
from tests.rules.earlier import BARE, LOST
from tests.slack.parts import CHANNEL, Office


async def test_a_thread_has_one_reply_about_it(office: Office) -> None:
    await office.publish(LOST)
    (first,) = office.slack.parents(CHANNEL)
    replies = [one["metadata"]["event_payload"].get("rule") for one in office.slack.replies(CHANNEL, first["ts"])]
    assert "provenance-lost" in replies
    assert "provenance-missing" not in replies


async def test_a_reply_that_is_there_already_is_not_called_fixed(office: Office) -> None:
    """The absence was told while the loss was still awaited."""
    await office.publish(reported(image(BARE)))
    await office.publish(LOST)
    first, alarm = office.slack.parents(CHANNEL)
    assert alarm["text"].startswith("Critical: ")
    replies = office.slack.replies(CHANNEL, first["ts"])
    assert {one["metadata"]["event_payload"].get("state") for one in replies} == {"open"}
