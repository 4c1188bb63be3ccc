"""`/provenance fix` through the real door: the change is shown to everybody, proposed by those who are listed, once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.attention import NotePlace
from bot.check.looker import Looker
from bot.jobs.answerer import Answerer
from bot.jobs.digest_contents import DigestContents
from bot.jobs.queue import open_queue
from bot.oci.registries import open_registries
from bot.policy.source import policies_from
from bot.slack.answers import open_answers
from bot.slack.fixing import Fixing
from bot.store import Store
from bot.store.attempts import Attempts
from bot.store.attention import Notes
from bot.store.reports import Reports
from bot.workflows.hosts import open_code_hosts
from tests.check.built import BEFORE, PATH, SERVER, minimal, shelf
from tests.fake_github import FakeGitHub
from tests.fake_slack import FakeSlack, Sender
from tests.jobs.parts import HASTE, Teller, working
from tests.jobs.parts import Looker as FakeChecker
from tests.making import NOW, image, reported
from tests.slack.door import door, settings_for
from tests.slack.parts import CHANNEL
from tests.waiting import eventually

ALICE, MALLORY, BOB = "U0ALICE", "U0MALLORY", "U0BOBBOB"
IMAGE = str(SERVER)
POLICY = rf"""
images:
  - match: "quay.io/acme/*"
    sources: ['https://github\.com/acme/']
    may_fix: [{ALICE}, {BOB}]
  - match: "quay.io/other/*"
"""
PROPOSE = "patch.propose"


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as fake:
        yield fake


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.channel(CHANNEL, "releases")
        yield fake


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY)
    return file


@pytest.fixture
async def sender(slack: FakeSlack, github: FakeGitHub, policy: Path, store: Store) -> AsyncIterator[Sender]:
    _, commit = shelf(github)
    asked = policies_from(policy).for_image(SERVER)
    await Reports(store).save(reported(minimal(commit), asked, now=NOW), started=1.0, policy="1")
    more = {"policy": policy, "github_api": github.api, "github_token": github.token}
    own = settings_for(slack, **more)
    async with (
        open_code_hosts(own.github_options()) as hosts,
        open_registries(own.registry_options()) as registries,
        open_answers(own, store) as answers,
        open_queue(store, own, HASTE) as queue,
    ):
        policies = policies_from(policy)
        fixing = Fixing(Reports(store), policies, hosts)
        looker, digests = Looker(registries, policies), DigestContents(store)
        answerer = Answerer(looker, fixing, digests, answers, Attempts(store), HASTE)
        async with (
            working(store, FakeChecker(), Teller(), answerer=answerer),
            door(slack, queue, store, **more) as door_,
        ):
            yield door_


def heard(slack: FakeSlack) -> list[dict[str, Any]]:
    return [said for url in slack.space.responses.values() for said in url.got]


async def shown(sender: Sender, slack: FakeSlack, user: str = ALICE, image_: str = IMAGE) -> dict[str, Any]:
    """What the person reads in the end."""
    before = len(heard(slack))
    assert "Looking for a fix" in (await sender.command(f"fix {image_}", user=user)).text
    await eventually(lambda: len(heard(slack)) > before)
    return heard(slack)[-1]


async def pressed(sender: Sender, slack: FakeSlack, message: dict[str, Any], user: str = ALICE) -> dict[str, Any]:
    before = len(heard(slack))
    assert (await sender.press(message, PROPOSE, user=user)).status == 200
    await eventually(lambda: len(heard(slack)) > before)
    return heard(slack)[-1]


async def test_it_shows_the_change_and_makes_none(sender: Sender, slack: FakeSlack, github: FakeGitHub) -> None:
    message = await shown(sender, slack)
    assert message["response_type"] == "ephemeral"
    words = str(message["blocks"])
    assert f"The fix changes `{PATH}` on `main` of `acme/app`" in words
    assert "+          provenance: mode=max" in words
    assert "Nothing has been changed yet." in words
    assert not github.changes()
    assert github.repositories["acme/app"].branches.keys() == {"main"}


async def test_a_click_proposes_it_and_a_second_click_finds_it(
    sender: Sender, slack: FakeSlack, github: FakeGitHub, store: Store
) -> None:
    message = await shown(sender, slack)
    first = await pressed(sender, slack, message)
    assert first["text"] == "Opened <https://github.com/acme/app/pull/1|acme/app#1>."
    note = (
        await Notes(store).about(NotePlace(slack.space.team, CHANNEL, f"{SERVER.repository} {SERVER.tag}"))
    ).proposed
    assert note is not None
    assert (note.who, note.repository, note.number, note.state) == (ALICE, "acme/app", 1, "open")
    assert "provenance-mode-min" in note.rules
    second = await pressed(sender, slack, message, user=BOB)
    assert "already proposes this change" in second["text"]
    (pull,) = github.repositories["acme/app"].pulls
    assert "Proposed from Slack by `alice`." in pull["body"]
    mended = github.repositories["acme/app"].files(pull["head"]["ref"])[PATH]
    assert mended.count("provenance: mode=max") == 2
    assert github.repositories["acme/app"].files("main")[PATH] == BEFORE


@pytest.mark.parametrize("user", [MALLORY, "", "U0ALICE2"])
async def test_who_is_not_listed_is_shown_the_change_without_a_button(
    sender: Sender, slack: FakeSlack, user: str
) -> None:
    words = str((await shown(sender, slack, user))["blocks"])
    assert "You may not open this pull request" in words
    assert PROPOSE not in words


async def test_a_button_in_the_wrong_hands_does_nothing(sender: Sender, slack: FakeSlack, github: FakeGitHub) -> None:
    """Ephemeral messages can be forwarded as requests by whoever is in the workspace's apps; the policy decides."""
    message = await shown(sender, slack)
    said = await pressed(sender, slack, message, user=MALLORY)
    assert "You may not open this pull request" in said["text"]
    assert not github.changes()


@pytest.mark.parametrize(
    "value", ["", "nonsense", f"{IMAGE} provenance/attest-000000000000", "quay.io/acme/server:9 x"]
)
async def test_a_button_that_names_another_change_proposes_nothing(
    sender: Sender, slack: FakeSlack, github: FakeGitHub, value: str
) -> None:
    message = await shown(sender, slack)
    (row,) = [block for block in message["blocks"] if block["type"] == "actions"]
    row["elements"][0]["value"] = value
    await pressed(sender, slack, message)
    assert not github.changes()


async def test_when_the_workflow_changed_meanwhile_the_new_change_is_shown_first(
    sender: Sender, slack: FakeSlack, github: FakeGitHub
) -> None:
    message = await shown(sender, slack)
    github.repositories["acme/app"].commit({PATH: BEFORE.replace("name: release", "name: publish")})
    said = await pressed(sender, slack, message)
    assert "has changed since then" in str(said["blocks"])
    assert not github.changes()
    assert (await pressed(sender, slack, said))["text"].startswith("Opened ")


async def test_a_token_that_may_not_is_said(sender: Sender, slack: FakeSlack, github: FakeGitHub) -> None:
    message = await shown(sender, slack)
    github.repositories["acme/app"].rights.remove("workflows")
    said = await pressed(sender, slack, message)
    assert "the token may not do that" in said["text"]
    assert github.token not in str(slack.calls)


async def test_github_away_is_said(sender: Sender, slack: FakeSlack, github: FakeGitHub) -> None:
    github.broken = 503
    assert "answered 503" in (await shown(sender, slack))["text"]


async def test_an_image_without_a_report(sender: Sender, slack: FakeSlack) -> None:
    said = await shown(sender, slack, image_="quay.io/acme/unknown:1")
    assert "That image has no report yet" in said["text"]


async def test_an_image_that_passes(sender: Sender, slack: FakeSlack, store: Store, policy: Path) -> None:
    good = image()
    asked = policies_from(policy).for_image(good.image)
    await Reports(store).save(reported(good, asked, now=NOW), started=1.0, policy="1")
    assert "nothing to fix" in (await shown(sender, slack, image_=str(good.image)))["text"]


async def test_usage(sender: Sender) -> None:
    assert "Which image?" in (await sender.command("fix")).text
    assert "is not an image name" in (await sender.command("fix Foo!!")).text
