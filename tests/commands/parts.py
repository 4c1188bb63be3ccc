"""Asking as a person does."""

from bot.store import Store
from handlers.commands import CommandContext, Said, SlashCommand, answer
from tests.fake_queue import FakeQueue


async def asked(
    text: str, queue: FakeQueue | None = None, *, base_url: str = "", store: Store | None = None, user: str = "U0ALICE"
) -> Said:
    """The answer to a person who typed `/provenance text`."""
    command = SlashCommand(
        text=text, channel="C0RELEASES", user=user, team="T0MICROCKS", response_url="https://hooks/x"
    )
    return await answer(command, CommandContext(queue or FakeQueue(), base_url, store=store))


async def ask(text: str, queue: FakeQueue | None = None, *, base_url: str = "", store: Store | None = None) -> str:
    """What that person reads."""
    return (await asked(text, queue, base_url=base_url, store=store)).text
