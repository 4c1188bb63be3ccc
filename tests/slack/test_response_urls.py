"""A response_url travels in a job, which whoever writes to the store can make up: only Slack itself is called."""

from typing import TYPE_CHECKING, cast

import pytest

from bot.slack.ephemeral import AnswerOutcome, Ephemeral
from bot.store import Store

if TYPE_CHECKING:
    import aiohttp

API = "https://slack.com/api/"
URL = "https://hooks.slack.com/commands/1"


class Unused:
    """A session that nobody may use."""

    closed = False

    def request(self, *_: object, **__: object) -> None:
        raise AssertionError("the address was called")


def ephemeral(store: Store) -> Ephemeral:
    return Ephemeral(store, cast("aiohttp.ClientSession", Unused()), API)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/commands/1",
        "https://hooks.slack.com.evil.example/commands/1",
        "https://evil.example/hooks.slack.com",
        "https://evil.example#@hooks.slack.com/",
        "https://evil.example\n@hooks.slack.com/",
        "https://hooks.slack.com@evil.example/",
        "https://me:secret@hooks.slack.com/commands/1",
        "https://hooks.slack.com:8443/commands/1",
        "https://hooks.slack.com\\@evil.example/",
        "https://169.254.169.254/latest/meta-data",
        "http://hooks.slack.com/commands/1",  # anybody on the way would read the answer
        "ftp://hooks.slack.com/commands/1",
        "//hooks.slack.com/commands/1",
        "https://[hooks.slack.com/commands/1",
        "",
    ],
)
async def test_an_answer_goes_to_no_other_address(store: Store, url: str) -> None:
    answers = ephemeral(store)
    assert await answers.tell(url, "what was found", once="1") is AnswerOutcome.LOST
    assert not await answers.say_uncounted(url, "what was found")


async def test_a_text_that_calls_everybody_is_not_sent(store: Store) -> None:
    """The last look before it leaves: whoever made the text should have escaped it."""
    answers = ephemeral(store)
    assert await answers.tell(URL, "<!channel>", once="1") is AnswerOutcome.LOST
    assert not await answers.say_uncounted(URL, "<!channel>")
