"""/metrics while the bot works: what is counted where things happen, what the store knows, and a store that is away."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr, ValidationError
from structlog.testing import capture_logs

from bot.errors import SettingsError, UnavailableError
from bot.jobs.metrics import run_metrics
from bot.jobs.queue import open_queue
from bot.jobs.readings import readings
from bot.metrics.exposition import exposed
from bot.metrics.series import OTHER, Counter, Measure
from bot.settings import Settings
from bot.settings_values import WebhookSource
from bot.store import Store
from bot.store.dead_letters import DeadLetter, DeadLetters
from bot.store.slack_problems import ProblemCode, SlackProblem, SlackProblems
from bot.store.undelivered import Undelivered, UndeliveredPost
from bot.store.workspaces import BotTokens, InstallationFacts, Installations, TokenKeys
from bot.store.workspaces.installations import new_workspace
from bot.store.workspaces.sealing import new_key
from handlers.app import Services, build
from tests.jobs.parts import AWAITED, IMAGE, Looker, Teller, push, settings, working
from tests.real_parts import free_port
from tests.waiting import eventually

Samples = Mapping[str, float]
"""By name and labels as PromQL writes them, the labels in order of their names."""
SOURCE = WebhookSource.model_validate({"id": "own", "kind": "quay", "secret": "s" * 40, "hosts": ["quay.io"]})


def read(text: str) -> Samples:
    return {
        f"{one.name}{{{','.join(f'{name}={value}' for name, value in sorted(one.labels.items()))}}}": one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


@asynccontextmanager
async def seen(store: Store) -> AsyncIterator[Samples]:
    async with open_queue(store, settings()) as queue:
        yield read(exposed(await readings(store, queue))[0].decode())


def risen(before: Samples, after: Samples, name: str) -> float:
    return after.get(name, 0.0) - before.get(name, 0.0)


async def test_a_push_is_counted_from_verdict_to_thread(store: Store) -> None:
    publisher = Teller()
    async with seen(store) as before:
        pass
    async with open_queue(store, settings()) as queue, working(store, Looker([AWAITED]), publisher):
        await queue.enqueue(push(asked_at=await store.now()), key="k")
        await eventually(publisher.has_told(1))
        await eventually(lambda: _is_posted(before))
        await eventually(lambda: _is_seen(store))
        async with seen(store) as after:
            pass
    assert risen(before, after, "provenance_checks_total{origin=webhook,verdict=unknown}") == 1
    assert risen(before, after, "provenance_push_to_verdict_seconds_count{origin=webhook}") == 1
    assert risen(before, after, "provenance_rule_outcomes_total{outcome=unknown,rule=signature-missing}") == 1


async def test_what_begins_no_thread_is_not_counted_as_one(store: Store) -> None:
    """An artifact of an unknown kind was "posted" in the log, and made threads look quick."""
    publisher = Teller(has_thread=False)
    async with seen(store) as before:
        pass
    with capture_logs() as logs:
        async with open_queue(store, settings()) as queue, working(store, Looker([AWAITED]), publisher):
            await queue.enqueue(push(asked_at=await store.now()), key="k")
            await eventually(lambda: any(line["event"] in {"posted", "nothing to post"} for line in logs))
    assert "posted" not in {line["event"] for line in logs}
    assert not _is_posted(before)


async def _is_seen(store: Store) -> bool:
    """Whether there is one worker: its heartbeat may be late on a busy machine."""
    async with seen(store) as found:
        return found["provenance_workers{}"] == 1


def _is_posted(before: Samples) -> bool:
    return risen(before, read(exposed([])[0].decode()), "provenance_push_to_thread_seconds_count{origin=webhook}") == 1


async def test_what_failed_is_counted_by_its_kind(store: Store) -> None:
    checker, publisher = Looker([UnavailableError("x", host="quay.io"), *Looker().answers]), Teller()
    async with seen(store) as before:
        pass
    async with open_queue(store, settings()) as queue, working(store, checker, publisher):
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_told(1))
    async with seen(store) as after:
        pass
    assert risen(before, after, "provenance_check_failures_total{error=UnavailableError}") == 1


async def test_what_waits_and_what_was_given_up(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await queue.enqueue(push(f"{IMAGE}-later"), key="l", delay=60.0)
    await DeadLetters(store).add(DeadLetter(job="{}", image=IMAGE, why="x", starts=3, at=datetime.now(UTC)))
    async with seen(store) as found:
        assert found["provenance_queue_jobs{lane=jobs,state=waiting}"] == 1
        assert found["provenance_queue_jobs{lane=jobs,state=later}"] == 1
        assert 0 <= found["provenance_queue_oldest_seconds{lane=jobs}"] < 3600
        assert found["provenance_queue_oldest_seconds{lane=posts}"] == 0
        assert found["provenance_jobs_given_up{}"] == 1
        assert found["provenance_workers{}"] == 0


async def test_what_slack_does_not_take_is_seen_though_nothing_is_called(store: Store) -> None:
    """A revoked token is refused once, and then everything waits: too few calls for an alert about them."""
    asked = InstallationFacts(team="T0ACME", workspace=new_workspace("T0ACME"))
    facts = await Installations(store, TokenKeys.parse(new_key("k"))).install(asked, BotTokens(token="xoxb-1"))
    for part in (store, store.of(facts.workspace)):
        await SlackProblems(part).put(SlackProblem(code=ProblemCode.TOKEN_REFUSED))
        await Undelivered(part).keep(UndeliveredPost(task="post_report", name="one", text="{}"))
    async with seen(store) as found:
        assert found["provenance_slack_problems{code=token-refused}"] == 2
        assert found["provenance_slack_posts_waiting{}"] == 2


async def test_a_delivery_that_cannot_be_read_is_counted(store: Store) -> None:
    own = Settings(webhooks=(SOURCE,), watch=("quay.io/acme/*",))
    async with open_queue(store, own) as queue, seen(store) as before:
        server: TestServer[web.Request, web.Application] = TestServer(build(own, Services(store, queue)))  # type: ignore[type-arg]
        async with TestClient(server) as client:
            await client.post(f"/webhooks/own/{'s' * 40}", json={"docker_url": 1})
        async with seen(store) as after:
            assert risen(before, after, "provenance_events_total{end=malformed,source=own}") == 1


async def test_deliveries_by_source_and_outcome(store: Store) -> None:
    own = Settings(webhooks=(SOURCE,), watch=("quay.io/acme/*",))
    async with open_queue(store, own) as queue, seen(store) as before:
        server: TestServer[web.Request, web.Application] = TestServer(build(own, Services(store, queue)))  # type: ignore[type-arg]
        async with TestClient(server) as client:
            await client.post("/webhooks/own/wrong", json={})
            await client.post("/webhooks/nobody/x", json={})
            payload = {"docker_url": "quay.io/acme/app", "updated_tags": ["1"], "repository": "acme/app"}
            await client.post(f"/webhooks/own/{'s' * 40}", json=payload)
        async with seen(store) as after:
            assert risen(before, after, "provenance_deliveries_total{outcome=unknown,source=own}") == 1
            assert risen(before, after, "provenance_deliveries_total{outcome=unknown,source=unknown}") == 1
            assert risen(before, after, "provenance_deliveries_total{outcome=taken,source=own}") == 1
            assert risen(before, after, "provenance_events_total{end=queued,source=own}") == 1


async def test_a_port_of_its_own(tmp_path: Path) -> None:
    port, stop = free_port(), asyncio.Event()
    own = Settings(metrics=f"127.0.0.1:{port}", data=tmp_path / "data", watch=("watched.example/acme/*",))
    task = asyncio.create_task(run_metrics(own, stop))
    async with ClientSession() as session:

        async def answers() -> bool:
            try:
                async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
                    return "provenance_store_up 1.0" in await response.text()
            except OSError:
                return False

        await eventually(answers)
        async with session.get(f"http://127.0.0.1:{port}/") as response:
            assert response.status == 404
    full = Counter(Measure("x", "x", ("registry",)), most=0)
    for registry in ("watched.example", "of-a-visitor.example"):
        full.add(registry)
    assert set(full.values()) == {("watched.example",), (OTHER,)}
    with pytest.raises(SettingsError, match=f"PROVENANCE_METRICS: .* is in use.*{port}-"):
        await run_metrics(own, stop)
    stop.set()
    await task


async def test_processes_with_one_setting_take_the_ports_of_a_range(store: Store, tmp_path: Path) -> None:
    first, stop = free_port(), asyncio.Event()
    own = Settings(metrics=f"127.0.0.1:{first}-{first + 9}", redis_url=SecretStr(store.url), data=tmp_path)
    with capture_logs() as logs:
        tasks = [asyncio.create_task(run_metrics(own, stop)) for _ in range(2)]
        await eventually(lambda: len([line for line in logs if line["event"] == "metrics"]) == 2)
        stop.set()
        await asyncio.gather(*tasks)
    ports = {line["port"] for line in logs if line["event"] == "metrics"}
    assert len(ports) == 2
    assert ports <= set(range(first, first + 10))


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "127.0.0.1:x", "127.0.0.1:9-8", "127.0.0.1:1-500", "h:65536", ":9090", "h:1-"]
)
def test_what_is_not_an_address_to_listen_on_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match=r"127\.0\.0\.1:9090-9099"):
        Settings(metrics=text)
