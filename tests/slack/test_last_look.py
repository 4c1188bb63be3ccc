"""Whoever made an answer may have forgotten to escape it: nothing that calls people or hides a link leaves us."""

from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.intake.talk import ReadyAnswer
from bot.store import Store
from handlers.actions.listeners import _tell_in, tell
from handlers.commands import Said, listener
from handlers.events import mention
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack
from tests.slack.door import door
from tests.slack.parts import CHANNEL

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.ephemeral import Ephemeral

EVIL = ["<!channel> look", "<!everyone>", "<http://evil.example|quay.io/acme/app>", "<javascript:alert(1)|the report>"]


class Noted:
    """Keeps what would be sent."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def say(self, _: str, text: str, *__: object, **___: object) -> None:
        self.texts.append(text)

    async def chat_postEphemeral(self, *, text: str, **_: Any) -> None:  # noqa: ANN401, N802 - slack_sdk's name
        self.texts.append(text)


def is_harmless(text: str) -> bool:
    return "<" not in text and "&lt;" in text


@pytest.mark.parametrize("said", EVIL)
async def test_of_a_command_and_of_a_mention(
    slack: FakeSlack, store: Store, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    async def forgot(*_: object) -> Said:
        return Said(said)

    for module in (listener, mention):
        monkeypatch.setattr(module, "answer", forgot)
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        assert is_harmless((await sender.command("help", channel=CHANNEL)).text)
        await sender.event(sender.mention("help", channel=CHANNEL))
    (reply,) = queue.talks.values()
    assert isinstance(reply, ReadyAnswer)
    assert is_harmless(reply.text)


@pytest.mark.parametrize("said", EVIL)
async def test_of_a_button_and_of_a_form(said: str) -> None:
    noted = Noted()
    await tell(cast("Ephemeral", noted), "https://hooks.slack.com/actions/1", said)
    await _tell_in(cast("AsyncWebClient", noted), CHANNEL, "U0ALICE", said)
    assert len(noted.texts) == 2
    assert all(map(is_harmless, noted.texts))


async def test_what_is_safe_stays_as_it_is() -> None:
    noted = Noted()
    await tell(cast("Ephemeral", noted), "https://hooks.slack.com/actions/1", "*Checked* `quay.io/acme/app`")
    assert noted.texts == ["*Checked* `quay.io/acme/app`"]
