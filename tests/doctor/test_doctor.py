"""What the doctor says of each thing that may be wrong, and that it says nothing is wrong when all is well."""

import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor import CHECKS, DoctorLine, LineOutcome, examine, open_patient
from bot.doctor.check import DoctorCheck, Patient, ok
from bot.doctor.checks.the_clock import line as clock_line
from bot.errors import StoreError
from bot.jobs.health import NOBODY_WORKS
from bot.settings import Settings
from bot.slack.problems import socket_problem
from bot.slack.transport import Refused
from bot.store import Store
from bot.store.dead_letters import DeadLetter, DeadLetters
from bot.store.deliveries import Deliveries
from bot.store.lease import Leases
from bot.store.polls import Polls, RepositoryState
from bot.store.silence import Silences, SilentSource, UnheardPush
from bot.store.slack_problems import SlackProblems
from bot.store.undelivered import Undelivered, UndeliveredPost
from bot.store.watches import StoredWatches, Watch
from tests.doctor.examining import CHANNEL, SOURCE, Examined
from tests.fake_slack import FakeSlack
from tests.fake_slack.faults import Fault
from tests.real_redis import RedisServer, full_memory


def broken(lines: list[DoctorLine]) -> list[str]:
    return [line.says for line in lines if line.outcome is LineOutcome.ERROR]


def advised(found: dict[str, list[DoctorLine]]) -> Iterator[DoctorLine]:
    for lines in found.values():
        yield from (line for line in lines if line.outcome is LineOutcome.ERROR)


async def test_all_is_well(examined: Examined) -> None:
    found = await examined()
    assert not broken(found["slack"])
    said = [line.says for line in found["slack"]]
    assert f"the bot is in {CHANNEL}" in said
    assert "Slack accepts the app token (Socket Mode)" in said
    assert [line.outcome for line in found["clock"]] == [LineOutcome.OK, LineOutcome.OK]
    assert found["store"][0].outcome is LineOutcome.OK
    assert all(line.outcome is not LineOutcome.ERROR for line in found["registries"])


async def test_a_channel_without_the_bot_and_one_that_a_watch_names(
    examined: Examined, slack: FakeSlack, store: Store
) -> None:
    slack.space.channels[CHANNEL].is_member = False
    await StoredWatches(store).add(Watch(glob="quay.io/acme/*", channel="#gone"))
    found = await examined()
    assert broken(found["slack"]) == [
        "the channel #gone does not exist, or is private and the bot is not in it",
        f"the bot is not in the channel {CHANNEL}",
    ]
    assert all(line.advice for line in advised(found))


async def test_missing_scopes_are_named_and_optional_ones_are_a_warning(examined: Examined, slack: FakeSlack) -> None:
    slack.space.scopes -= {"files:write", "channels:history"}
    lines = (await examined())["slack"]
    assert broken(lines) == ["the bot token does not have the scope files:write"]
    (warned,) = [line for line in lines if line.outcome is LineOutcome.WARNING]
    assert "without the scope channels:history" in warned.says


async def test_tokens_that_slack_refuses(examined: Examined, slack: FakeSlack) -> None:
    lines = (await examined(slack_bot_token="xoxb-other", slack_app_token="xapp-other"))["slack"]
    assert broken(lines) == ["Slack refuses SLACK_BOT_TOKEN", "Slack refuses SLACK_APP_TOKEN"]
    slack.sockets.refuses = "app_level_token_not_enabled"
    assert "Socket Mode is off in the app's settings" in broken((await examined())["slack"])


async def test_slack_that_does_not_answer_is_unknown_and_not_wrong(examined: Examined, slack: FakeSlack) -> None:
    slack.fail("auth.test", Fault.SERVER_ERROR, times=2)
    slack.fail("apps.connections.open", Fault.SERVER_ERROR)
    lines = (await examined())["slack"]
    assert not broken(lines)
    assert [line.outcome for line in lines].count(LineOutcome.UNKNOWN) == 2


async def test_http_needs_an_address_and_a_secret_of_slacks(examined: Examined) -> None:
    lines = (await examined(slack_app_token=None, slack_signing_secret="short"))["slack"]
    assert [line.says for line in lines if line.outcome is LineOutcome.WARNING] == [
        "the signing secret does not look like one of Slack's",
        "Slack sends requests only to an https address",
    ]
    lines = (await examined(slack_app_token=None))["slack"]
    assert "neither SLACK_APP_TOKEN" in broken(lines)[0]
    address = "https://bot.example.org"
    lines = (await examined(slack_app_token=None, slack_signing_secret="a" * 32, base_url=address))["slack"]
    assert f"Slack has to send its requests to {address}/slack/events" in [line.says for line in lines]


async def test_where_the_pages_have_a_host_of_their_own_it_names_that_of_the_webhooks(examined: Examined) -> None:
    hosts = {"base_url": "https://pages.example.org", "webhooks_url": "https://hooks.example.org"}
    told = await examined(slack_app_token=None, slack_signing_secret="a" * 32, webhooks=(SOURCE,), **hosts)
    assert "Slack has to send its requests to https://hooks.example.org/slack/events" in [
        line.says for line in told["slack"]
    ]
    assert "registries have to send to https://hooks.example.org/webhooks/" in [line.says for line in told["webhooks"]]


async def test_what_the_running_bot_noted_of_its_socket_and_what_waits(examined: Examined, store: Store) -> None:
    await SlackProblems(store).put(socket_problem(Refused("link_disabled")))
    await Undelivered(store).keep(UndeliveredPost(task="post_report", name="n", text="{}"))
    lines = (await examined())["slack"]
    assert broken(lines) == ["the running bot says: Socket Mode is off in the app's settings"]
    assert "1 post waits until this is repaired" in [line.says for line in lines]
    assert await Undelivered(store).count() == 1


async def test_no_worker_and_jobs_that_were_given_up(examined: Examined, store: Store) -> None:
    letter = DeadLetter(job="{}", image="quay.io/a/b:1", why="x", starts=3, at=datetime.now(UTC))
    await DeadLetters(store).add(letter)
    lines = (await examined())["queue"]
    assert broken(lines) == [NOBODY_WORKS.partition(",")[0] + ", so jobs wait"]
    assert "1 job was given up" in [line.says for line in lines]


async def test_webhook_sources(examined: Examined, store: Store) -> None:
    lines = (await examined(webhooks=(SOURCE,)))["webhooks"]
    assert lines[0].says == "no delivery from quay was accepted yet"
    assert "`delivery refused`" in lines[0].advice
    await Deliveries(store).count("quay", {"queued": 1})
    assert (await examined(webhooks=(SOURCE,)))["webhooks"][0].says == "quay: last delivery less than an hour ago"
    push = UnheardPush(image="quay.io/acme/app:1", at=time.time())
    await Silences(store).put(SilentSource(source="quay", repositories={"quay.io/acme/app": push}))
    (silent,) = [line for line in (await examined(webhooks=(SOURCE,)))["webhooks"] if "silent" in line.says]
    assert (silent.outcome, silent.says.partition(":")[0]) == (LineOutcome.ERROR, "quay is silent")
    assert "enable it again" in silent.advice
    assert broken((await examined(poll=0))["webhooks"]) == ["no webhook source is configured and polling is off"]


async def test_what_cannot_be_polled_is_a_warning_and_how_long_a_push_waits_is_said(
    examined: Examined, store: Store
) -> None:
    def warned(lines: list[DoctorLine]) -> list[str]:
        return [line.says for line in lines if line.outcome is LineOutcome.WARNING]

    lines = (await examined())["watches"]
    assert warned(lines) == ["nothing is watched, so no push is checked"]
    assert "a push is checked 30 s after its last event (PROVENANCE_SETTLE)" in lines[-1].says
    await StoredWatches(store).add(Watch(glob="quay.io/acme/app"))
    lines = (await examined(watch=("ghcr.io/**", "quay.io/acme/*")))["watches"]
    (refused,) = warned(lines)
    assert refused.startswith("ghcr.io/** cannot be polled: it does not name one namespace")
    assert refused.endswith("only webhooks can announce its pushes")
    assert "3 watches" in [line.says for line in lines]
    assert not warned((await examined(watch=("ghcr.io/**",), poll=0, webhooks=(SOURCE,)))["watches"])


async def test_a_repository_that_could_not_be_polled_is_named_with_the_reason(examined: Examined, store: Store) -> None:
    lease = await Leases(store, "poller", "one", seconds=30.0).take()
    assert lease is not None
    state = RepositoryState(failures=1, trouble="quay.io answered 500")
    await Polls(store).save("quay.io/acme/app", state, due=time.time(), lease=lease)
    lines = (await examined())["watches"]
    assert "quay.io/acme/app was not polled: quay.io answered 500" in [line.says for line in lines]


@pytest.mark.parametrize(
    ("away", "outcome", "said"),
    [
        (1.0, LineOutcome.OK, "it agrees with Slack's"),
        (-60.0, LineOutcome.WARNING, "it is 60 s behind Slack's"),
        (301.0, LineOutcome.ERROR, "it is 301 s ahead of Slack's"),
    ],
)
def test_a_clock(away: float, outcome: LineOutcome, said: str) -> None:
    assert (clock_line("Slack's", away).outcome, clock_line("Slack's", away).says) == (outcome, said)


async def test_a_store_that_takes_no_writes_is_an_error_and_what_it_needs(examined: Examined, store: Store) -> None:
    async with full_memory(store):
        lines = await examined()
    [said] = lines["store"]
    assert (said.outcome, said.advice[:20]) == (LineOutcome.ERROR, "give it more memory,")
    assert "its memory is full" in said.says
    assert lines["queue"][0].outcome is LineOutcome.UNKNOWN


async def test_without_the_store_the_rest_is_still_looked_at(slack: FakeSlack, tmp_path: Path) -> None:
    settings = Settings(
        redis_url=SecretStr(f"unix://{tmp_path}/nothing"),
        slack_bot_token=SecretStr(slack.space.token),
        slack_app_token=SecretStr(slack.sockets.token),
        slack_api_url=slack.api,
    )
    found: dict[str, list[DoctorLine]] = {}
    async with open_patient(settings) as patient:
        async for subject, line in examine(patient):
            found.setdefault(subject, []).append(line)
    assert broken(found["store"])
    assert found["queue"][0].outcome is LineOutcome.UNKNOWN
    assert "Slack accepts the app token (Socket Mode)" in [line.says for line in found["slack"]]


async def test_a_check_that_fails_stops_no_other(empty_store: RedisServer) -> None:
    async def breaks(_: Patient) -> AsyncIterator[DoctorLine]:
        raise StoreError("the store went away")
        yield  # type: ignore[unreachable]

    async def works(_: Patient) -> AsyncIterator[DoctorLine]:
        yield ok("well")

    async with open_patient(empty_store.settings()) as patient:
        checks = (DoctorCheck("two", 2, works), DoctorCheck("one", 1, breaks))
        found = [(subject, line.outcome, line.says) async for subject, line in examine(patient, checks)]
    assert found == [("one", LineOutcome.UNKNOWN, "the store went away"), ("two", LineOutcome.OK, "well")]


def test_every_check_has_a_place_of_its_own() -> None:
    assert len({check.at for check in CHECKS.all}) == len(CHECKS.all) >= 7
