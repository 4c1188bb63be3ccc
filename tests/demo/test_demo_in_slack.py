"""With Slack's settings the demo's threads go to Slack as well."""

from pathlib import Path

import pytest

from bot.demo import show
from bot.demo.samples import STORIES
from bot.settings import Settings
from tests.demo.test_demo import console
from tests.fake_slack import FakeSlack
from tests.real_parts import free_port


@pytest.mark.slow
async def test_the_same_threads_are_in_the_channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "STORIES", STORIES[:2])  # a channel takes a message a second
    async with FakeSlack() as slack:
        slack.channel("C0RELEASES", "releases")
        settings = Settings.model_validate(
            {
                "port": free_port(),
                "data": tmp_path,
                "slack_bot_token": slack.space.token,
                "slack_signing_secret": slack.space.secret,
                "slack_channel": "#releases",
                "slack_api_url": slack.api,
            },
        )
        on, text = console()
        assert await show.show(settings, on, once=True) == 0, text.getvalue()
        parents = slack.parents("C0RELEASES")
        assert {story.subject in str(parents) for story in STORIES[:2]} == {True}
        assert len(parents) == 2
        replies = [reply for parent in parents for reply in slack.replies("C0RELEASES", parent["ts"])]
        assert any("provenance-mode-min" in str(reply) for reply in replies)
