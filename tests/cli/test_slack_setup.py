"""`provenance slack setup`: from nothing to the first message, with a person or in a script."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import Struct, field

from bot.cli.env_file import write_env
from bot.cli.setting_up import SetupOrder, set_up
from bot.errors import UsageError
from bot.settings import Settings
from handlers.slack_manifest import link
from tests.cli.at_terminal import ran
from tests.fake_slack import FakeSlack
from tests.fake_slack.faults import Fault


class Person(Struct):
    """Somebody at a terminal, with what they type, in that order; an Enter may change Slack."""

    typed: list[str] = field(default_factory=list)
    is_interactive: bool = True
    said: list[str] = field(default_factory=list)
    invites: list[FakeSlack] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)

    def ask(self, question: str) -> str:
        self.said.append(question)
        if self.invites:
            for channel in self.invites.pop().space.channels.values():
                channel.is_member = True
            return ""
        return self.typed.pop(0)

    def ask_hidden(self, question: str) -> str:
        self.said.append(question)
        return self.typed.pop(0)

    def heard(self, words: str) -> bool:
        return any(words in line for line in self.said)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.channel("C0RELEASES", "releases")
        yield slack


def settings(slack: FakeSlack, **more: object) -> Settings:
    return Settings.model_validate({"slack_api_url": slack.api, **more})


def order(folder: Path, **more: str) -> SetupOrder:
    url = more.get("url", "")
    return SetupOrder(link(url), url, more.get("channel", ""), folder / ".env")


def tokens(slack: FakeSlack) -> list[str]:
    slack.space.token = "xoxb-1-fake-token"
    return [slack.space.token, slack.sockets.token]


async def test_from_nothing_to_the_first_message(slack: FakeSlack, tmp_path: Path) -> None:
    bot, app = tokens(slack)
    person = Person(["xoxp-wrong", bot, app])
    watched = settings(slack, watch=("quay.io/acme/*",))
    assert await set_up(watched, order(tmp_path), person)
    (message,) = slack.parents("C0RELEASES")
    assert message["text"].startswith("I am here: watching `quay.io/acme/*`")
    file = tmp_path / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().splitlines() == [
        f"SLACK_BOT_TOKEN={bot}",
        f"SLACK_APP_TOKEN={app}",
        "SLACK_CHANNEL=C0RELEASES",
    ]
    assert person.heard("https://api.slack.com/apps?new_app=1&manifest_json=%7B")
    assert person.heard("That is not one")
    assert not any(secret in line for line in person.said for secret in (bot, app, "xoxp-wrong"))


async def test_it_waits_for_the_invitation(slack: FakeSlack, tmp_path: Path) -> None:
    slack.space.channels["C0RELEASES"].is_member = False
    person = Person(tokens(slack), invites=[slack])
    assert await set_up(settings(slack), order(tmp_path), person)
    assert person.heard("/invite @provenance")
    assert slack.parents("C0RELEASES")[0]["text"].startswith("I am here. I watch no image yet")


async def test_of_several_channels_it_asks_for_one(slack: FakeSlack, tmp_path: Path) -> None:
    slack.channel("C0OTHER", "other")
    person = Person([*tokens(slack), "other"])
    assert await set_up(settings(slack), order(tmp_path), person)
    assert slack.parents("C0OTHER")
    assert not slack.parents("C0RELEASES")


async def test_over_http_it_asks_for_the_signing_secret(slack: FakeSlack, tmp_path: Path) -> None:
    bot, _ = tokens(slack)
    person = Person([bot, "a" * 32])
    assert await set_up(settings(slack), order(tmp_path, url="https://bot.example.org/"), person)
    written = (tmp_path / ".env").read_text()
    assert f"SLACK_SIGNING_SECRET={'a' * 32}" in written
    assert "PROVENANCE_BASE_URL=https://bot.example.org\n" in written
    assert "SLACK_APP_TOKEN" not in written


async def test_a_script_gives_the_tokens_in_the_environment(slack: FakeSlack, tmp_path: Path) -> None:
    bot, app = tokens(slack)
    script = Person(is_interactive=False)
    given = settings(slack, slack_bot_token=bot, slack_app_token=app)
    assert await set_up(given, order(tmp_path, channel="#releases"), script)
    assert slack.parents("C0RELEASES")
    with pytest.raises(UsageError, match="SLACK_APP_TOKEN is not set"):
        await set_up(settings(slack, slack_bot_token=bot), order(tmp_path), script)
    slack.space.channels["C0RELEASES"].is_member = False
    assert not await set_up(given, order(tmp_path), script)


async def test_what_cannot_work_is_said_and_nothing_is_written(slack: FakeSlack, tmp_path: Path) -> None:
    bot, app = tokens(slack)
    wrong = Person(["xoxb-another"])
    assert not await set_up(settings(slack), order(tmp_path), wrong)
    assert wrong.heard("Slack refuses SLACK_BOT_TOKEN")
    slack.space.scopes -= {"files:write", "groups:history"}
    less = Person([bot, app])
    assert not await set_up(settings(slack), order(tmp_path), less)
    assert less.heard("It does not have the scopes files:write")
    assert less.heard("Without the optional scope groups:history")
    slack.space.scopes.add("files:write")
    closed = Person([bot, "xapp-1-another"])
    assert not await set_up(settings(slack), order(tmp_path), closed)
    assert closed.heard("Slack refuses SLACK_APP_TOKEN")
    slack.fail("chat.postMessage", Fault.REFUSED, code="restricted_action")
    silent = Person([bot, app])
    assert not await set_up(settings(slack), order(tmp_path), silent)
    assert silent.heard("does not allow apps to post")
    slack.fail("auth.test", Fault.SERVER_ERROR)
    assert not await set_up(settings(slack), order(tmp_path), Person([bot, app]))
    assert not list(tmp_path.iterdir())  # noqa: ASYNC240 - a test


def test_the_file_keeps_its_other_lines_and_is_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# mine\nREDIS_URL=redis://x\nexport SLACK_BOT_TOKEN=old\n")
    file.chmod(0o644)
    write_env(file, {"SLACK_BOT_TOKEN": "xoxb-2"})
    assert file.read_text() == "# mine\nREDIS_URL=redis://x\nSLACK_BOT_TOKEN=xoxb-2\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    write_env(file, {"SLACK_BOT_TOKEN": "xoxb-2"})
    assert file.read_text().count("SLACK_BOT_TOKEN") == 1
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_a_file_that_is_not_a_plain_one_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("x=1\n")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("link", "bytes", "."):
        with pytest.raises(UsageError):
            write_env(tmp_path / name, {"A": "1"})
    with pytest.raises(UsageError):
        write_env(tmp_path / "new", {"A": "1; rm"})
    assert target.read_text() == "x=1\n"


def test_at_the_terminal() -> None:
    code, out, err = ran("slack", "setup")
    assert code == 2
    assert "https://api.slack.com/apps?new_app=1" in out
    assert "SLACK_BOT_TOKEN is not set" in err
    code, out, _ = ran("slack", "manifest")
    assert (code, out[:11]) == (0, "# The Slack")
    code, _, err = ran("slack", "manifest", "--url", "http://x")
    assert (code, "https://" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "unused"),
    [
        (("manifest", "--channel", "#x"), "--channel"),
        (("manifest", "acme"), "'acme'"),
        (("setup", "--oauth"), "--oauth"),
        (("key", "--steps"), "--steps"),
        (("rekey", "k2"), "'k2'"),
        (("workspaces", "--url", "https://bot.corp"), "--url"),
        (("forget", "T0ACME", "--env-file", "other"), "--env-file"),
    ],
)
def test_an_option_of_another_action_is_not_ignored(words: tuple[str, ...], unused: str) -> None:
    code, out, err = ran("slack", *words)
    assert (code, out) == (2, "")
    assert f"provenance slack {words[0]} does not use {unused}" in err
