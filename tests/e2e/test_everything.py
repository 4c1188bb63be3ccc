"""A person presses, sends and types everything that there is, with a restart in the middle."""

from pathlib import Path

import pytest

from tests.e2e.local_slack import LocalSlack
from tests.e2e.scene import built, environment, policy
from tests.e2e.steps import Walk
from tests.e2e.test_thread import has_parents, ready
from tests.e2e.walk import STEPS
from tests.fake_github import FakeGitHub
from tests.fake_registry import FakeRegistry
from tests.town import Town
from tests.waiting import eventually

SECRET = "npm_" + "Ab3" * 12

pytestmark = pytest.mark.e2e


async def test_every_button_form_and_word(
    town: Town, slack: LocalSlack, registry: FakeRegistry, tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text(policy())
    async with FakeGitHub() as github, slack.screen() as screen:
        town.more |= {
            "PROVENANCE_POLICY": str(tmp_path / "policy.yaml"),
            **environment(registry.host),
            "PROVENANCE_BASE_URL": town.base,
            "PROVENANCE_GITHUB_API": github.api,
            "PROVENANCE_GITHUB_TOKEN": github.token,
        }
        image, digest = built(registry, github)
        walk = Walk(town, slack, screen, registry, github, str(image))
        half = len(STEPS) // 2
        async with town.running("serve", "--with-worker") as first:
            await ready(town, slack)
            assert await town.push(image, digest) == 202
            await eventually(lambda: has_parents(slack, 1))
            image, digest = built(registry, github, secret=SECRET)
            assert await town.push(image, digest) == 202
            await walk.message("link.report", "Critical")
            await taken(walk, 0, half)
            first.kill()
            await first.wait()
        opened = sum(entry["summary"] == "apps.connections.open" for entry in await slack.log())
        async with town.running("serve", "--with-worker"):
            await eventually(town.is_ready)
            if slack.mode == "socket":
                await eventually(lambda: slack.is_linked(opened + 1))
            await taken(walk, half, len(STEPS))
        log = await slack.log()
    assert not [entry for entry in log if "HTTP 5" in str(entry["summary"])]
    assert "Traceback" not in town.said()
    assert SECRET not in town.said() + str(await slack.messages())


async def taken(walk: Walk, start: int, end: int) -> None:
    """These steps; each has pressed what it says."""
    for step in STEPS[start:end]:
        try:
            await step.take(walk)
        except Exception as error:
            texts = "\n".join(await walk.slack.texts())
            error.add_note(f"in the step {step.take.__name__}; in the channel:\n{texts}")
            raise
        assert step.presses <= walk.slack.pressed, step.take.__name__
