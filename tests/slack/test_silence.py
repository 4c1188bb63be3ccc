"""A webhook source that fell silent is one message; only to be silent again makes a sound."""

from bot.store.silence import SilentSource, UnheardPush
from tests.slack.parts import CHANNEL, Office


def silent(*images: str, source: str = "quay") -> SilentSource:
    pushes = {image.rpartition(":")[0]: UnheardPush(image=image, at=1.0) for image in images}
    return SilentSource(source=source, repositories=pushes)


async def test_a_silent_source_is_told_once_and_edited_as_more_is_found(office: Office) -> None:
    await office.outbox.notice_silence(silent("quay.io/acme/app:1.0"), channel=CHANNEL)
    await office.outbox.notice_silence(silent("quay.io/acme/app:1.0"), channel=CHANNEL)
    (parent,) = office.slack.parents(CHANNEL)
    assert "The webhook source quay is silent: polling found 1 push that it did not announce." in parent["text"]
    assert "quay.io/acme/app:1.0" in str(parent["blocks"])
    await office.outbox.notice_silence(silent("quay.io/acme/app:1.0", "quay.io/acme/b:2"), channel=CHANNEL)
    (parent,) = office.slack.parents(CHANNEL)
    assert "quay.io/acme/b:2" in str(parent["blocks"])
    assert len(office.texts()) == 1


async def test_when_it_is_heard_again_the_message_says_so_and_the_next_silence_is_a_reply(office: Office) -> None:
    await office.outbox.notice_silence(silent(), channel=CHANNEL)
    assert office.texts() == []  # nobody was told that it was silent
    await office.outbox.notice_silence(silent("quay.io/acme/app:1.0"), channel=CHANNEL)
    await office.outbox.notice_silence(silent(), channel=CHANNEL)
    (parent,) = office.slack.parents(CHANNEL)
    assert parent["text"] == "The webhook source quay announces pushes again."
    await office.outbox.notice_silence(silent("quay.io/acme/app:1.1"), channel=CHANNEL)
    (parent,) = office.slack.parents(CHANNEL)
    (reply,) = office.slack.replies(CHANNEL, parent["ts"])
    assert "is silent" in reply["text"]


async def test_many_images_fit(office: Office) -> None:
    await office.outbox.notice_silence(
        silent(*(f"quay.io/acme/{'a' * 200}-{number}:{'1' * 128}" for number in range(50))), channel=CHANNEL
    )
    (parent,) = office.slack.parents(CHANNEL)
    assert "and 40 more" in str(parent["blocks"])
