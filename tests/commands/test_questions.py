"""`/provenance compare` and `audit`: the question is stored before the person hears of it."""

import pytest

from bot.intake.question import VERSIONS_MAX
from tests.commands.parts import ask
from tests.fake_queue import FakeQueue

APP = "quay.io/acme/app"


async def test_compare_is_queued_with_who_asked() -> None:
    queue = FakeQueue()
    said = await ask(f"compare <http://{APP}:1|{APP}:1> {APP}:2", queue)
    assert said == f"Comparing `{APP}:1` with `{APP}:2`…"
    (question,) = queue.questions.values()
    assert (question.kind, question.names) == ("compare", (f"{APP}:1", f"{APP}:2"))
    assert (question.user, question.response_url) == ("U0ALICE", "https://hooks/x")
    assert question.asked_at > 0


async def test_audit_is_queued_with_its_options() -> None:
    queue = FakeQueue()
    said = await ask(f"audit {APP} <http://docker.io/acme/app|docker.io/acme/app> --last 3 \u2014tags 1.*", queue)
    assert said.startswith(f"Looking at `{APP}`, `docker.io/acme/app`")
    (question,) = queue.questions.values()
    assert (question.names, question.tags, question.last) == ((APP, "docker.io/acme/app"), ("1.*",), 3)


async def test_the_same_question_waits_once() -> None:
    queue = FakeQueue()
    for text in (f"audit {APP}", f"audit {APP}", f"audit {APP} --last 2"):
        await ask(text, queue)
    assert len(queue.questions) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("compare", "Which two images?"),
        (f"compare {APP}:1", "Which two images?"),
        (f"compare {APP}:1 oci:/etc/passwd", "in a terminal alone"),
        (f"compare {APP}:1 FOO", "not an image name"),
        ("audit", "Which repositories"),
        (f"audit {APP}:1.2.3", f"is one image; name its repository: {APP}"),
        ("audit oci:/etc", "in a terminal alone"),
        ("audit &lt;!channel&gt;", "not an image name"),
        (f"audit {APP} --last 0", "from 1 to"),
        (f"audit {APP} --last {VERSIONS_MAX + 1}", "from 1 to"),
        (f"audit {APP} --last", "`--last` takes a value"),
        (f"audit {APP} --tags", "`--tags` takes a value"),
        (f"audit {APP} --what", "Unknown option `--what`"),
        ("audit " + " ".join(f"{APP}{n}" for n in range(5)), "Which repositories"),
    ],
)
async def test_wrong_usage_queues_nothing(text: str, told: str) -> None:
    queue = FakeQueue()
    said = await ask(text, queue)
    assert told in said
    assert "<!" not in said
    assert not queue.questions


@pytest.mark.parametrize("text", [f"audit {APP}", f"compare {APP}:1 {APP}:2"])
async def test_without_a_store_it_is_said(text: str) -> None:
    assert "try again in a minute" in await ask(text, FakeQueue(away=True))
