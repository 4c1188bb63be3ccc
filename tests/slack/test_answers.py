"""The ways to reach one person: a response_url five times, then an ephemeral message, then a direct message."""

from collections.abc import AsyncIterator

import pytest

from bot.errors import PostingError
from bot.slack.answers import Answers, AnswerTo, open_answers
from bot.store import Store
from tests.fake_slack import FakeSlack, Fault
from tests.slack.door import settings_for
from tests.slack.parts import CHANNEL

USER = "U0ALICE"


@pytest.fixture
async def answers(slack: FakeSlack, store: Store) -> AsyncIterator[Answers]:
    async with open_answers(settings_for(slack), store) as opened:
        yield opened


def alone(slack: FakeSlack) -> list[str]:
    return [str(said["text"]) for said in slack.space.ephemerals]


def direct(slack: FakeSlack) -> list[str]:
    place = slack.space.channels.get(f"D{USER[1:]}")
    return [str(message["text"]) for message in place.messages.values()] if place else []


async def test_the_sixth_answer_is_an_ephemeral_message(answers: Answers, slack: FakeSlack) -> None:
    url = slack.response_url(CHANNEL)
    to = AnswerTo(USER, url, CHANNEL)
    for number in range(7):
        assert await answers.say(to, f"answer {number}", once=str(number))
    assert len(slack.space.responses["r0"].got) == 5
    assert alone(slack) == ["answer 5", "answer 6"]


async def test_a_response_url_that_is_too_old_or_used_by_others_is_not_the_end(
    answers: Answers, slack: FakeSlack
) -> None:
    old = slack.response_url(CHANNEL)
    slack.space.responses["r0"].made -= 31 * 60
    used = slack.response_url(CHANNEL)
    slack.space.responses["r1"].uses = 5
    for url in (old, used):
        assert await answers.say(AnswerTo(USER, url, CHANNEL), "late", once="1")
    assert alone(slack) == ["late", "late"]


async def test_a_response_url_that_slack_limits_is_not_the_end(answers: Answers, slack: FakeSlack) -> None:
    slack.fail("response_url", Fault.RATE_LIMITED)
    assert await answers.say(AnswerTo(USER, slack.response_url(CHANNEL), CHANNEL), "late", once="1")
    assert alone(slack) == ["late"]


async def test_an_answer_of_a_broken_server_may_have_been_shown(answers: Answers, slack: FakeSlack) -> None:
    slack.fail("response_url", Fault.SERVER_ERROR)
    assert not await answers.say(AnswerTo(USER, slack.response_url(CHANNEL), CHANNEL), "late", once="1")
    assert alone(slack) == []


async def test_who_is_not_in_the_channel_gets_a_direct_message(answers: Answers, slack: FakeSlack) -> None:
    slack.channel("C0PRIVATE", "private").people = set()
    slack.channel("C0ELSE", "else", is_member=False)
    for channel in ("C0PRIVATE", "C0ELSE", ""):
        assert await answers.say(AnswerTo(USER, channel=channel, is_private=True), f"in {channel}", once="1")
    assert direct(slack) == ["in C0PRIVATE", "in C0ELSE", "in "]


async def test_an_answer_is_sent_once_and_one_that_may_have_arrived_too(answers: Answers, slack: FakeSlack) -> None:
    to = AnswerTo(USER, channel=CHANNEL, is_private=True)
    assert await answers.say(to, "hello", once="1")
    assert not await answers.say(to, "hello", once="1")
    slack.fail("chat.postEphemeral", Fault.DROP_AFTER)
    assert not await answers.say(to, "lost", once="2")
    assert not await answers.say(to, "lost", once="2")
    assert alone(slack) == ["hello", "lost"]


async def test_what_was_certainly_not_sent_is_sent_later(answers: Answers, slack: FakeSlack) -> None:
    to = AnswerTo(USER, channel=CHANNEL, is_private=True)
    slack.fail("chat.postEphemeral", Fault.RATE_LIMITED, retry_after="7")
    with pytest.raises(PostingError) as raised:
        await answers.say(to, "hello", once="1")
    assert raised.value.retry_after is not None
    assert raised.value.retry_after > 7
    assert await answers.say(to, "hello", once="1")


async def test_an_answer_that_may_have_arrived_by_the_response_url_has_no_second_way(
    answers: Answers, slack: FakeSlack
) -> None:
    slack.fail("response_url", Fault.DROP_BEFORE)
    to = AnswerTo(USER, slack.response_url(CHANNEL), CHANNEL)
    assert not await answers.say(to, "hello", once="1")
    assert not await answers.say(to, "hello", once="1")
    assert not alone(slack)


async def test_an_unescaped_answer_is_never_sent(answers: Answers, slack: FakeSlack) -> None:
    for to in (AnswerTo(USER, channel=CHANNEL, is_private=True), AnswerTo(USER, slack.response_url(CHANNEL), CHANNEL)):
        assert not await answers.say(to, "<!channel>", once="1")
    assert not slack.calls


async def test_without_a_token_there_is_the_response_url_only(slack: FakeSlack, store: Store) -> None:
    own = settings_for(slack).model_copy(update={"slack_bot_token": None})
    async with open_answers(own, store) as answers:
        assert await answers.say(AnswerTo(USER, slack.response_url(CHANNEL), CHANNEL), "hello", once="1")
        assert not await answers.say(AnswerTo(USER, channel=CHANNEL, is_private=True), "hello", once="2")
