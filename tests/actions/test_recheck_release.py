"""The button "Re-check" under the parent of a release of several images."""

from collections.abc import AsyncIterator

import pytest

from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import place
from bot.releases.arriving import MemberCheck
from bot.store import Store
from bot.store.releases import Releases
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack
from tests.slack.door import door
from tests.slack.parts import CHANNEL, failing, opened, passing, release, report
from tests.waiting import eventually

RERUN = "check.rerun"
BAD = report(failing("sbom-missing"), image="quay.io/acme/app:1.2.3")
GOOD = report(passing("sbom-missing"), image="docker.io/acme/app:1.2.3")
BOTH = ["docker.io/acme/app:1.2.3", "quay.io/acme/app:1.2.3"]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.channel(CHANNEL, "releases")
        yield fake


@pytest.mark.parametrize("is_remembered", [True, False])
async def test_all_images_of_the_release_are_checked(slack: FakeSlack, store: Store, is_remembered: bool) -> None:  # noqa: FBT001
    queue = FakeQueue()
    async with opened(slack, store) as office, door(slack, queue, store) as sender:
        await office.publish(release(BAD, GOOD))
        if is_remembered:
            for one in (BAD, GOOD):
                placed = place(Reference.parse(one.image), default_policy())
                assert placed
                await Releases(store).record(MemberCheck(placed, one.digest, one.verdict, 1.0))
        (parent,) = slack.parents(CHANNEL)
        for _ in range(2):
            await sender.press(parent, RERUN)
        await eventually(lambda: len(slack.called("response_url")) == 2)
    assert sorted(queue.images) == BOTH
    said = [str(one["text"]) for url in slack.space.responses.values() for one in url.got]
    assert said == [
        "Checking 2 images of `acme/app 1.2.3`…",
        "A check of 2 images of `acme/app 1.2.3` was requested a moment ago.",
    ]
