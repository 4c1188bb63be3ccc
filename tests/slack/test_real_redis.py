"""The scripts of the store on Debian's redis-server, too."""

import pytest

from bot.store import open_store
from tests.fake_slack import FakeSlack, Fault
from tests.real_redis import RedisServer
from tests.slack.dying import Fate, publish_and_die
from tests.slack.parts import CHANNEL, failing, opened, passing, report

FIRST = report(failing("sbom-missing"), failing("tag-moved"))


@pytest.mark.real
async def test_killed_and_answers_lost_on_a_real_redis(slack: FakeSlack, redis_server: RedisServer) -> None:
    async with open_store(redis_server.settings()) as store:
        slack.fail("chat.postMessage", Fault.DROP_AFTER)
        await publish_and_die(slack, store, FIRST, Fate("before posted", 2))
        async with opened(slack, store) as office:
            await office.insist(FIRST)
            await office.publish(report(passing("sbom-missing"), passing("tag-moved"), content="two"))
            texts = [text[:9] for text in office.texts()]
    assert texts == ["Pass: acm", "Fixed: sb", "Fixed: ta", "Now passe"]
    assert len(slack.parents(CHANNEL)) == 1
