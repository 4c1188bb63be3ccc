"""`/provenance check`: the job is stored before the person hears of it."""

import asyncio
from pathlib import Path

import pytest

from bot.jobs.attending import Attending
from bot.policy.file import read_policy
from bot.store import Store
from handlers.commands import CommandContext, SlashCommand, answer, check
from handlers.slack import REPLAY_TIME
from handlers.slack_request import STORE_TIME
from tests.commands.parts import ask
from tests.fake_queue import FakeQueue


async def test_the_job_knows_who_asked_where() -> None:
    queue = FakeQueue()
    await ask("check nginx", queue)
    (job,) = queue.calls
    assert (job.image, job.origin) == ("docker.io/library/nginx:latest", "command")
    assert (job.channel, job.user, job.response_url) == ("C0RELEASES", "U0ALICE", "https://hooks/x")
    assert list(queue.waiting) == ["docker.io/library/nginx:latest|C0RELEASES|U0ALICE|"]


@pytest.mark.parametrize(
    "typed",
    [
        "quay.io/acme/app:1",
        "\u201cquay.io/acme/app:1\u201d",
        "'quay.io/acme/app:1'",
        "`quay.io/acme/app:1`",
        "<http://quay.io/acme/app:1|quay.io/acme/app:1>",
        "&lt;http://quay.io/acme/app:1|quay.io/acme/app:1&gt;",
        "docker://quay.io/acme/app:1",
        "docker pull quay.io/acme/app:1",
        "$ docker pull --platform linux/amd64 &lt;http://quay.io/acme/app:1|quay.io/acme/app:1&gt;",
        "<https://quay.io/repository/acme/app/tag/1>",
        "  quay.io/acme/app:1  ",
    ],
)
async def test_what_clings_to_a_name_is_taken_off(typed: str) -> None:
    queue = FakeQueue()
    assert await ask(f"check {typed}", queue) == "Checking `quay.io/acme/app:1`…"
    assert queue.images == ["quay.io/acme/app:1"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Which image?"),
        ("a b", "One image at a time"),
        ("Foo/Bar", "not an image name"),
        ("<!channel>", "not an image name"),
        ("oci:/etc/passwd", "in a terminal alone"),
        ("https://hub.docker.com/search", "web address"),
        ("docker pull a b", "One image at a time"),
        ("docker pull", "Which image?"),
        ("x" * 600, "at most 512 characters"),
    ],
)
async def test_what_is_no_image_is_said_and_queues_nothing(typed: str, said: str) -> None:
    queue = FakeQueue()
    assert said in await ask(f"check {typed}", queue)
    assert not queue.calls


async def test_what_waits_already_is_said() -> None:
    queue = FakeQueue()
    await ask("check a/b:1", queue)
    assert await ask("check a/b:1", queue) == "A check of `docker.io/a/b:1` is already queued."


async def test_a_store_that_is_away_is_said() -> None:
    assert await ask("check a/b:1", FakeQueue(away=True)) == check.UNAVAILABLE


async def test_a_store_that_hangs_is_said_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(FakeQueue):
        async def enqueue(self, *_: object, **__: object) -> bool:
            await asyncio.Event().wait()
            return True

    monkeypatch.setattr(check, "STORE_TIME", 0.01)
    assert await ask("check a/b:1", Hanging()) == check.UNAVAILABLE


def test_the_store_has_less_time_than_slack_waits() -> None:
    assert REPLAY_TIME + STORE_TIME < 2.5


POLICY = """\
images:
  - {match: "quay.io/acme/*", name: strict, require: [signature-missing]}
  - {match: "quay.io/other/*", name: "of the others"}
"""


async def under(text: str, folder: Path, store: Store) -> tuple[str, FakeQueue]:
    (folder / "policy.yaml").write_text(POLICY)
    queue = FakeQueue()
    attending = Attending(store, queue, read_policy(folder / "policy.yaml"))
    asked = SlashCommand(text, "C0RELEASES", "U0ALICE", "T0MICROCKS", response_url="https://hooks/x")
    return (await answer(asked, CommandContext(queue, store=store, attending=attending))).text, queue


@pytest.mark.parametrize(
    ("typed", "name"), [("strict", "strict"), ("of-the-others", "of the others"), ("default",) * 2]
)
async def test_by_another_policy_it_is_a_question_of_that_person_alone(
    typed: str, name: str, tmp_path: Path, store: Store
) -> None:
    said, queue = await under(f"check nginx:1 --policy {typed}", tmp_path, store)
    assert said == f"Checking `docker.io/library/nginx:1` by the policy `{name}`…"
    assert not queue.calls, "no thread and no stored report comes of it"
    (question,) = queue.questions.values()
    assert (question.kind, question.names) == ("judge", ("docker.io/library/nginx:1", name))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("check nginx --policy strct", "Unknown policy `strct`. Did you mean `strict`?"),
        ("check nginx --policy zzz", "Unknown policy `zzz`. There are: `strict`, `of-the-others`, `default`."),
        ("check nginx --policy", "takes a value"),
        ("check nginx --policy `<!channel>`", "Unknown policy"),
        ("check nginx --policy strict --share", "for you alone"),
        ("watch quay.io/acme/app --policy strict", "said in the policy file"),
    ],
)
async def test_a_policy_that_there_is_not_and_where_it_does_not_belong(
    text: str, told: str, tmp_path: Path, store: Store
) -> None:
    said, queue = await under(text, tmp_path, store)
    assert told in said
    assert "<!channel>" not in said
    assert not queue.calls
    assert not queue.questions
