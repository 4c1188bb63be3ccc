"""Asking as a person does."""

from bot.store import Store
from handlers.commands import CommandContext, SlashCommand, answer
from tests.fake_queue import FakeQueue


async def ask(text: str, queue: FakeQueue | None = None, *, base_url: str = "", store: Store | None = None) -> str:
    """What the person reads who typed `/provenance text`."""
    asked = SlashCommand(
        text=text, channel="C0RELEASES", user="U0ALICE", team="T0MICROCKS", response_url="https://hooks/x"
    )
    return (await answer(asked, CommandContext(queue or FakeQueue(), base_url, store=store))).text
