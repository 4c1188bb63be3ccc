"""A waiver is for what failed in the reports that the person saw, whatever the door that it came through made of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.attention import StoredWaiver
from bot.jobs.attending import Attended, Attending
from bot.store import Store
from bot.store.attention import Waivers
from tests.attention.saying import waiver
from tests.fake_queue import FakeQueue
from tests.making import digest
from tests.policy.written import written
from tests.slack.parts import IMAGE, failing, passing, report

BAD = report(failing("sbom-missing"), passing("provenance-missing"))
OTHER = "quay.io/acme/other:1"
POLICY = "images:\n  - match: quay.io/acme/*\n    may_waive: [U0ALICE01]\n"


def asked(now: float, **changes: Any) -> StoredWaiver:  # noqa: ANN401 - any field
    last_day = datetime.fromtimestamp(now, UTC).date() + timedelta(days=7)
    images = ((IMAGE, BAD.digest),)
    return waiver(**({"images": images, "who": "U0ALICE01", "at": now, "last_day": last_day} | changes))


@pytest.fixture
def attending(store: Store, tmp_path: Path) -> Attending:
    return Attending(store, FakeQueue(), written(tmp_path, POLICY))


async def test_what_failed_is_waived(attending: Attending, store: Store) -> None:
    wanted = asked(await store.now())
    assert (await attending.waive(wanted, [BAD])).done is Attended.DONE
    assert await Waivers(store).get(wanted.id) == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "provenance-missing"},  # it passes
        {"images": ((OTHER, BAD.digest),)},
        {"images": ((IMAGE, BAD.digest), (OTHER, digest("other")))},
        {"images": ((IMAGE, digest("another")),)},
    ],
)
async def test_what_did_not_is_not(attending: Attending, store: Store, changes: dict[str, Any]) -> None:
    wanted = asked(await store.now(), **changes)
    assert (await attending.waive(wanted, [BAD])).done is Attended.NOTHING
    assert await Waivers(store).get(wanted.id) is None


@pytest.mark.parametrize("changes", [{"who": "U0MALLORY"}, {"images": (("quay.io/foreign/app:1", digest("a")),)}])
async def test_nor_by_whom_the_policy_does_not_let(attending: Attending, store: Store, changes: dict[str, Any]) -> None:
    wanted = asked(await store.now(), **changes)
    assert (await attending.waive(wanted, [BAD])).done is Attended.FORBIDDEN
    assert await Waivers(store).get(wanted.id) is None


def test_nobody_may_waive_for_nothing(attending: Attending) -> None:
    assert attending.may_waive("U0ALICE01", [IMAGE, OTHER])
    assert not attending.may_waive("U0ALICE01", [])
    assert not attending.may_waive("U0ALICE01", [IMAGE, "quay.io/foreign/app:1"])
    assert not attending.may_waive("U0ALICE01", ["not an image"])
