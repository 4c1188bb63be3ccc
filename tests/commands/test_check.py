"""`/provenance check`: the job is stored before the person hears of it."""

import asyncio

import pytest

from handlers.commands import check
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
