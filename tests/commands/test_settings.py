"""`/provenance settings` and `digest`."""

import pytest

from bot.store import Store
from bot.store.channel_choices import StoredChoices
from bot.store.digest_marks import DigestMarks
from handlers.commands import Said
from handlers.commands.settings import UNAVAILABLE
from tests.commands.parts import ask, asked
from tests.fake_queue import FakeQueue


async def test_the_digest_of_a_channel_is_chosen_and_everybody_there_sees_it(store: Store) -> None:
    assert "Digest: `daily 09:00 UTC`, as the bot's settings say." in await ask("settings", store=store)
    said = await asked("settings digest weekly fri 18:00 europe/berlin", store=store)
    assert said.is_public
    assert said.text == "<@U0ALICE> has chosen the digest of this channel: `weekly friday 18:00 Europe/Berlin`."
    assert "`weekly friday 18:00 Europe/Berlin`, chosen by <@U0ALICE>, <!date^" in await ask("settings", store=store)
    chosen = await DigestMarks(store).chosen("T0MICROCKS", "C0RELEASES")
    assert chosen is not None
    assert chosen.digest == "weekly friday 18:00 Europe/Berlin"


async def test_the_same_twice_is_told_to_one_person_only(store: Store) -> None:
    await ask("settings digest off", store=store)
    again = await asked("settings digest off", store=store)
    assert (again.text, again.is_public) == ("The digest is `off` already.", False)
    assert (await asked("settings digest default", store=store)).is_public
    assert not (await asked("settings digest default", store=store)).is_public


@pytest.mark.parametrize(
    "text", ["settings foo", "settings digest", "settings digest 25:00", "settings digest <!here>"]
)
async def test_what_cannot_be_set_is_said_with_an_example(text: str, store: Store) -> None:
    said = await asked(text, store=store)
    assert "For example: `/provenance settings digest" in said.text
    assert not said.is_public
    assert await DigestMarks(store).all() == ()


async def test_a_question_ends_with_its_own_mark(store: Store) -> None:
    """Seen: a full stop after the question mark."""
    said = await asked("settings digest weekly funday", store=store)
    assert "did you mean sunday? For example" in said.text


async def test_without_a_store_it_says_so() -> None:
    assert await ask("settings") == UNAVAILABLE


async def test_the_digest_is_read_by_a_worker() -> None:
    queue = FakeQueue()
    assert await ask("digest", queue) == "Reading what happened in this channel…"
    (question,) = queue.questions.values()
    assert (question.kind, question.team, question.channel) == ("digest", "T0MICROCKS", "C0RELEASES")


async def test_a_channel_chooses_passes_mentions_and_threads_and_everybody_there_sees_it(store: Store) -> None:
    shown = await ask("settings", store=store)
    assert "Passes: as the policy says." in shown
    assert "Threads: `on`." in shown
    said = await asked("settings passes digest", store=store)
    assert said == Said("<@U0ALICE> has set `passes` of this channel to `digest`.", is_public=True)
    await asked("settings threads off", store=store)
    await asked("settings MENTIONS None", store=store)
    there = await StoredChoices(store).of("T0MICROCKS", "C0RELEASES")
    assert (there.passes, there.mentions, there.threads, there.who) == ("digest", "none", "off", "U0ALICE")
    shown = await ask("settings", store=store)
    assert "Mentions: `none`." in shown
    assert "Last chosen by <@U0ALICE>, <!date^" in shown
    assert (await StoredChoices(store).of("T0MICROCKS", "C0OTHER")).is_empty


async def test_what_is_chosen_already_is_told_to_one_person_and_default_takes_it_back(store: Store) -> None:
    await asked("settings passes none", store=store)
    assert await asked("settings passes none", store=store) == Said("`passes` is `none` already.")
    assert (await asked("settings passes default", store=store)).is_public
    assert await StoredChoices(store).all() == ()


@pytest.mark.parametrize(
    "text", ["settings passes", "settings passes some", "settings threads on off", "settings mentions <!here>"]
)
async def test_a_value_that_there_is_not_is_said_with_those_that_there_are(text: str, store: Store) -> None:
    said = await asked(text, store=store)
    assert f"`{text.split()[1]}` is `" in said.text
    assert "`default`" in said.text
    assert not said.is_public
    assert "<!here>" not in said.text
    assert await StoredChoices(store).all() == ()
