"""The steps of tests/e2e press everything that there is. This needs no local-slack: `make test` runs it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.policy.source import policies_from
from bot.render.slack.buttons import MORE
from bot.settings import Settings
from bot.slack.web_api import client_for
from bot.store import Store
from handlers.slack_listeners import ListenerParts
from tests.conftest import ROOT
from tests.e2e.pressable import ELSEWHERE, listened, offered, rendered
from tests.e2e.walk import STEPS
from tests.fake_queue import FakeQueue

PRESSED = frozenset[str]().union(*(step.presses for step in STEPS))


@pytest.fixture
async def parts(store: Store) -> AsyncIterator[ListenerParts]:
    settings = Settings()
    async with aiohttp.ClientSession() as session:
        client = client_for("", "http://127.0.0.1:1/api/", session)
        yield ListenerParts(settings, FakeQueue(), store, session, None, client, policies_from(None))


async def test_every_button_form_event_and_word_is_pressed_or_is_proved_elsewhere(parts: ListenerParts) -> None:
    there = listened(parts) | offered() | rendered()
    assert PRESSED | ELSEWHERE.keys() == there
    assert not PRESSED & ELSEWHERE.keys()


async def test_every_button_that_a_message_can_have_is_listened_to(parts: ListenerParts) -> None:
    """A link is opened by Slack; its press is only acknowledged."""
    unheard = rendered() - listened(parts)
    assert all(name.startswith("action link.") for name in unheard), unheard
    assert f"action {MORE}" in rendered()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_local_slack_cannot_do_the_strict_double_does(name: str) -> None:
    file, how = ELSEWHERE[name]
    assert how in (ROOT / file).read_text("utf-8")
