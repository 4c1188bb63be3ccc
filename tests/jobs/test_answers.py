"""Questions of people, through the real queue: compared or audited by a worker, answered once and to them alone."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from docket.execution import ExecutionState
from msgspec import Struct, field

from bot.check.looker import Looker
from bot.errors import StoreError
from bot.intake.question import QuestionJob
from bot.jobs.answerer import Answerer, Answering
from bot.jobs.digest_contents import DigestContents
from bot.jobs.lanes import Lane
from bot.jobs.queue import DocketQueue, open_queue
from bot.policy import Policies, default_policies
from bot.policy.file import read_policy
from bot.render.slack.message import texts
from bot.report.difference import DifferenceKind
from bot.slack.answers import Answers, AnswerTo
from bot.slack.ephemeral import Ephemeral
from bot.slack.fixing import Fixing
from bot.slack.web_api import client_for
from bot.store import Store
from bot.store.attempts import Attempts
from bot.store.dead_letters import DeadLetters
from bot.store.differences import Differences, KeptDifference
from bot.store.reports import Reports
from tests.fake_registry import FakeRegistry, Referrers
from tests.fake_slack import FakeSlack
from tests.jobs.parts import HASTE, Teller, settings, working
from tests.jobs.parts import Looker as FakeChecker
from tests.oci.opened import opened
from tests.registry_faults import Status
from tests.slack.door import door
from tests.slack.parts import CHANNEL
from tests.waiting import eventually

URL = "https://hooks.slack.com/commands/1"


class Heard(Struct):
    """Who was answered what; with `errors`, the store is not there at first."""

    said: list[tuple[str, str, str]] = field(default_factory=list)  # URL, text, what is shown
    errors: int = 0
    files: list[tuple[str, str, str]] = field(default_factory=list)  # name, text, what is said of it

    async def say(self, to: AnswerTo, text: str, blocks: Sequence[Mapping[str, object]] = (), *, once: str) -> bool:
        if self.errors:
            self.errors -= 1
            raise StoreError("store unavailable")
        assert once == "answer"
        self.said.append((to.response_url, text, " ".join(texts(list(blocks)))))
        return True

    async def attach(self, to: AnswerTo, *, name: str, text: str, about: str, once: str) -> bool:
        assert once == "file"
        self.files.append((name, text, about))
        return bool(to.response_url)


@pytest.fixture
async def registry(samples: Path) -> AsyncIterator[FakeRegistry]:
    async with FakeRegistry(referrers=Referrers.NONE, fallback_tags=False) as fake:
        for tag, name in (("1.0.0", "max-sbom_2p_dflt"), ("1.1.0", "min_2p_dflt")):
            fake.add_layout(samples / name, "acme/app", tag=tag)
            del fake.repository("acme/app").tags[name]
        yield fake


@asynccontextmanager
async def answering(
    store: Store, registry: FakeRegistry, heard: Answering, policies: Policies | None = None
) -> AsyncIterator[DocketQueue]:
    policies = policies or default_policies()
    async with opened(registry, allow_layouts=True) as registries:
        looker, fixing = Looker(registries, policies), Fixing(Reports(store), policies, None)
        answerer = Answerer(looker, fixing, DigestContents(store), heard, Attempts(store), HASTE)
        async with (
            open_queue(store, settings(), HASTE) as queue,
            working(store, FakeChecker(), Teller(), answerer=answerer),
        ):
            yield queue


def question(registry: FakeRegistry, kind: str, *names: str, **more: object) -> QuestionJob:
    full = tuple(f"{registry.host}/{name}" for name in names or ("acme/app",))
    said = {"kind": kind, "names": full, "response_url": URL, "asked_at": time.time()} | more
    return QuestionJob.model_validate(said)


async def told(
    store: Store,
    registry: FakeRegistry,
    asked: QuestionJob,
    heard: Heard | None = None,
    policies: Policies | None = None,
) -> str:
    heard = heard or Heard()
    async with answering(store, registry, heard, policies) as queue:
        assert await queue.ask(asked, key="q")
        await eventually(lambda: bool(heard.said))
    ((url, _, shown),) = heard.said
    assert url == URL
    return shown


async def test_two_images_are_compared(store: Store, registry: FakeRegistry) -> None:
    shown = await told(store, registry, question(registry, "compare", "acme/app:1.0.0", "acme/app:1.1.0"))
    assert "2 things lost" in shown
    assert "provenance mode (linux/amd64, linux/arm64): max -> min" in shown


async def kept(store: Store, registry: FakeRegistry, *names: str) -> KeptDifference:
    asked = question(registry, "compare-page", *names)

    async def found() -> KeptDifference | None:
        return await Differences(store).get(asked.names[0], asked.names[1])

    async with answering(store, registry, Heard()) as queue:
        assert await queue.ask(asked, key="q")
        await eventually(lambda: is_there(found))
    answer = await found()
    assert answer is not None
    return answer


async def is_there(find: Callable[[], Awaitable[KeptDifference | None]]) -> bool:
    return await find() is not None


async def test_a_page_s_comparison_is_kept_with_its_packages(store: Store, registry: FakeRegistry) -> None:
    answer = await kept(store, registry, "acme/app:1.0.0", "acme/app:1.1.0")
    assert answer.difference is not None
    assert answer.difference.of(DifferenceKind.LOST)
    assert not answer.refusal


async def test_a_page_is_told_what_could_not_be_read(store: Store, registry: FakeRegistry) -> None:
    registry.fault("/manifests/1.1.0", Status(404))
    answer = await kept(store, registry, "acme/app:1.0.0", "acme/app:1.1.0")
    assert answer.difference is None
    assert "This says nothing about the images" in answer.refusal


async def test_a_repository_is_audited(store: Store, registry: FakeRegistry) -> None:
    heard = Heard()
    shown = await told(store, registry, question(registry, "audit", "acme/app"), heard)
    ((name, text, _),) = heard.files
    assert name == "audit.csv"
    assert [line.split(",")[2] for line in text.splitlines()] == ["tag", "1.1.0", "1.0.0"]
    assert "2 images: 1 FAIL, 1 warn" in shown
    assert "-provenance" in shown


async def test_an_image_that_could_not_be_read_says_nothing(store: Store, registry: FakeRegistry) -> None:
    registry.fault("/manifests/1.1.0", Status(404))
    shown = await told(store, registry, question(registry, "compare", "acme/app:1.0.0", "acme/app:1.1.0"))
    assert "This says nothing about the images" in shown
    assert "lost" not in shown


async def test_an_image_is_judged_by_another_policy_and_nothing_is_kept_of_it(
    store: Store, registry: FakeRegistry, tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text(
        "images:\n  - {match: 'x.io/*', name: lax, require: [attestation-malformed]}\n"
    )
    policies = read_policy(tmp_path / "policy.yaml")
    image = f"{registry.host}/acme/app:1.1.0"
    asked = question(registry, "judge").model_copy(update={"names": (image, "lax")})
    shown = await told(store, registry, asked, policies=policies)
    assert "passes" in shown
    assert "By the policy `lax`" in shown
    own = asked.model_copy(update={"names": (image, "default")})
    assert "not ready" in await told(store, registry, own, policies=policies)
    assert await Reports(store).latest(image) is None
    gone = asked.model_copy(update={"names": (image, "gone")})
    assert "is not there any more" in await told(store, registry, gone, policies=policies)


@pytest.mark.parametrize("kind", ["compare", "audit"])
async def test_a_layout_on_the_servers_disk_is_never_read(
    store: Store, registry: FakeRegistry, samples: Path, kind: str
) -> None:
    """The door refuses it, too; but whoever can write to the queue is not believed."""
    asked = question(registry, kind).model_copy(update={"names": (f"oci:{samples / 'min_2p_dflt'}",) * 2})
    assert "in a terminal alone" in await told(store, registry, asked)


async def test_more_images_than_slack_shows(store: Store, registry: FakeRegistry) -> None:
    digest = registry.repository("acme/app").tags["1.0.0"]
    for family in range(30):
        for version in range(4):
            registry.tag("acme/app", f"1.{version}.0-x{family:02d}abc", digest)
    shown = await told(store, registry, question(registry, "audit", "acme/app", last=20))
    assert "more than the limit of 100" in shown


@pytest.mark.slow
async def test_a_store_that_comes_back_and_the_answer_is_given_once(store: Store, registry: FakeRegistry) -> None:
    heard = Heard(errors=1)
    asked = question(registry, "compare", "acme/app:1.0.0", "acme/app:1.1.0")
    assert "2 things lost" in await told(store, registry, asked, heard)


async def test_more_questions_than_slots_are_answered_one_after_the_other(store: Store, registry: FakeRegistry) -> None:
    heard = Heard()
    async with answering(store, registry, heard) as queue:
        for number in range(5):
            await queue.ask(question(registry, "audit", "acme/app"), key=f"q{number}")
        await eventually(lambda: len(heard.said) == 5)


async def test_a_question_that_is_too_old_is_not_answered(store: Store, registry: FakeRegistry) -> None:
    heard = Heard()
    async with answering(store, registry, heard) as queue:
        await queue.ask(question(registry, "audit", "acme/app", asked_at=time.time() - 3600), key="old")
        await queue.ask(question(registry, "audit", "acme/app"), key="new")
        await eventually(lambda: bool(heard.said))
    assert len(heard.said) == 1


async def test_from_the_command_to_the_answer_that_only_one_person_sees(store: Store, registry: FakeRegistry) -> None:
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        slack.channel(CHANNEL, "releases")
        answers = Answers(store, Ephemeral(store, session, slack.api), None)
        async with answering(store, registry, answers) as queue, door(slack, queue, store) as sender:
            names = f"{registry.host}/acme/app:1.0.0 {registry.host}/acme/app:1.1.0"
            said = await sender.command(f"compare {names}", user="U0ALICE")
            assert "Comparing" in said.text
            await eventually(lambda: any(url.got for url in slack.space.responses.values()))
        (answer,) = [got for url in slack.space.responses.values() for got in url.got]
        assert answer["response_type"] == "ephemeral"
        assert "2 things lost" in answer["text"]


async def test_the_whole_table_of_an_audit_is_a_file_for_that_person_alone(
    store: Store, registry: FakeRegistry
) -> None:
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        slack.channel(CHANNEL, "releases")
        client = client_for(slack.space.token, slack.api, session)
        answers = Answers(store, Ephemeral(store, session, slack.api), client)
        async with answering(store, registry, answers) as queue, door(slack, queue, store) as sender:
            await sender.command(f"audit {registry.host}/acme/app", user="U0ALICE")
            await eventually(lambda: any(one.shared for one in slack.space.uploads.values()))
        (upload,) = slack.space.uploads.values()
        assert upload.name == "audit.csv"
        assert upload.data is not None
        assert b"1.1.0" in upload.data
        assert not slack.space.channels[CHANNEL].messages


async def test_a_question_waits_for_a_worker_that_can_answer_it(store: Store, registry: FakeRegistry) -> None:
    """It was given up as a message that is not a job."""
    asked = question(registry, "compare", "acme/app:1.0.0", "acme/app:1.1.0")
    async with open_queue(store, settings(), HASTE) as queue, working(store, FakeChecker(), Teller()):
        assert await queue.ask(asked, key="q")

        async def is_put_off() -> bool:
            waiting = await queue.dockets[Lane.ASKED].get_execution("question:q")
            return waiting is not None and waiting.state is ExecutionState.SCHEDULED

        await eventually(is_put_off)
    assert await DeadLetters(store).count() == 0
