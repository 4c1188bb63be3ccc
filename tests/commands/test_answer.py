"""What people type after `/provenance`, right and wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import Store
from handlers.commands import ALIASES, COMMANDS, CommandContext, SlashCommand, answer
from tests.commands.parts import ask
from tests.conftest import ROOT
from tests.fake_queue import FakeQueue
from tests.fake_slack.messages import check_message


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP", "help me"])
async def test_nothing_and_help_give_the_list(text: str) -> None:
    said = await ask(text)
    assert all(f"`/provenance {word}" in said for word in COMMANDS)


@pytest.mark.parametrize("word", [*COMMANDS, *ALIASES])
async def test_help_explains_each_command(word: str) -> None:
    said = await ask(f"help {word}")
    command = COMMANDS[ALIASES.get(word, word)]
    assert command.USAGE in said
    assert len(said.splitlines()) == 2


async def test_every_example_in_the_help_is_a_command_that_works(store: Store) -> None:
    for word, command in COMMANDS.items():
        for example in re.findall(r"`/provenance ([^`]+)`", command.USAGE):
            said = await ask(example, store=store)
            assert "Unknown command" not in said
            assert word == "help" or command.USAGE not in said, example


async def test_a_bare_image_means_check() -> None:
    queue = FakeQueue()
    assert await ask("quay.io/acme/app:1", queue) == "Checking `quay.io/acme/app:1`…"
    assert queue.images == ["quay.io/acme/app:1"]


@pytest.mark.parametrize(
    "text",
    [
        "/provenance check quay.io/acme/app:1",
        "“check” quay.io/acme/app:1",
        "`check quay.io/acme/app:1`",
        "/provenance quay.io/acme/app:1",
    ],
)
async def test_a_pasted_line_is_the_command_that_it_shows(text: str) -> None:
    queue = FakeQueue()
    assert await ask(text, queue) == "Checking `quay.io/acme/app:1`…"
    assert queue.images == ["quay.io/acme/app:1"]


async def test_the_command_alone_pasted_is_the_help() -> None:
    assert await ask("/provenance") == await ask("help")


@pytest.mark.parametrize(("typo", "meant"), [("chekc x", "check"), ("rul", "rule"), ("hlep", "help")])
async def test_an_unknown_word_is_answered_with_what_may_have_been_meant(typo: str, meant: str) -> None:
    said = await ask(typo)
    assert said.startswith(f"Unknown command `{typo.split(maxsplit=1)[0]}`. Did you mean `{meant}`?")
    assert f"`/provenance help {meant}` explains it" in said
    assert "\n" not in said, "seen: the list of all commands, below what was meant"


async def test_a_word_that_may_be_an_image_is_told_how_to_check_it() -> None:
    queue = FakeQueue()
    assert "To check an image, type `/provenance check`" in await ask("ubuntu", queue)
    assert not queue.calls


async def test_too_much_text_is_not_even_parsed() -> None:
    assert "too long: 1001 characters" in await ask("x" * 1001)


@given(st.text(max_size=200) | st.text("<!channel>&`*|@:/. helpruk", max_size=40))
async def test_whatever_is_typed_is_answered_within_slacks_limits_and_calls_nobody(text: str) -> None:
    queue = FakeQueue()
    said = await ask(text, queue)
    check_message({"text": said})
    assert all(image == image.strip() for image in queue.images)


def test_every_command_is_in_the_documentation() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert [word for word in COMMANDS if word != "help" and f"`{word}" not in text] == []


async def test_an_unknown_word_in_the_thread_of_a_release_does_not_fill_it() -> None:
    """Seen: "@provenance thanks!" was answered with a screen and a half, for everybody."""
    asked = SlashCommand("thanks!", "C0RELEASES", "U0ALICE", "T0MICROCKS", thread_ts="1.0")
    said = await answer(asked, CommandContext(FakeQueue()))
    assert said.text.startswith("Unknown command `thanks!`.")
    assert "\n" not in said.text
    assert "`/provenance help` lists the commands" in said.text
