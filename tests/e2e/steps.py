"""The steps of a person through Slack, in the order in which they are taken. Each says what it presses."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from msgspec import Struct, field

from bot.render.slack.buttons import MORE, More
from tests.e2e.local_slack import LocalSlack, Screen
from tests.fake_github import FakeGitHub
from tests.fake_registry import FakeRegistry
from tests.town import Town
from tests.waiting import eventually

Message: TypeAlias = dict[str, Any]


class Walk(Struct):
    """Where a person is. `seen` is how many messages they have read."""

    town: Town
    slack: LocalSlack
    screen: Screen
    registry: FakeRegistry
    github: FakeGitHub
    image: str
    seen: int = 0
    notes: dict[str, Message] = field(default_factory=dict)

    async def parent(self) -> Message:
        """The message of the release; an alarm about it is a post of its own."""
        parents = [one for one in await self.slack.parents() if MORE in actions_of(one)]
        assert len(parents) == 1, [one["text"] for one in parents]
        return parents[0]

    async def stands(self, *words: str) -> Message:
        """Wait until all of it is in the release's message."""
        await eventually(lambda: self._stands(words))
        return await self.parent()

    async def _stands(self, words: tuple[str, ...]) -> bool:
        shown = str(await self.slack.parents())
        return all(word in shown for word in words)

    async def gone(self, words: str) -> None:
        """Wait until it is no longer in the release's message."""

        async def is_gone() -> bool:
            return words not in str(await self.slack.parents())

        await eventually(is_gone)

    async def message(self, action_id: str, *words: str) -> Message:
        """Wait for the newest message that has that button and those words, for everybody or for the person alone."""
        found: list[Message] = []

        async def is_there() -> bool:
            messages = await self.slack.messages()
            found[:] = [one for one in messages if action_id in actions_of(one) and all(w in str(one) for w in words)]
            return bool(found)

        await eventually(is_there)
        return found[-1]

    async def read(self) -> None:
        """What is there was read: `hears` looks for what comes after it."""
        self.seen = len(await self.slack.messages())

    async def hears(self, words: str) -> None:
        """Wait until the bot says it, in a message that was not read before."""

        async def is_said() -> bool:
            return any(words in str(one) for one in (await self.slack.messages())[self.seen :])

        await eventually(is_said)
        await self.read()

    async def choose(self, choice: More) -> None:
        """An option of the release's menu."""
        await self.slack.choose(await self.parent(), MORE, choice)

    async def form(self) -> Message:
        """Wait for a form."""
        await eventually(lambda: bool(self.screen.views))
        return self.screen.views[-1]

    async def send(self, values: dict[str, Any]) -> None:
        """Send the form, and wait until Slack has closed it."""
        await self.screen.submit(values)
        await eventually(lambda: not self.screen.views)


Take: TypeAlias = Callable[[Walk], Awaitable[None]]


class PersonStep(Struct, frozen=True):
    """What a person does; `presses` are names as tests/e2e/pressable.py has them."""

    take: Take
    presses: frozenset[str]


def presses(*names: str) -> Callable[[Take], PersonStep]:
    """Makes a step of a function that presses these."""
    return lambda take: PersonStep(take, frozenset(names))


def actions_of(message: Message) -> set[str]:
    """The buttons and menus of a message."""
    rows = [block["elements"] for block in message.get("blocks", []) if block["type"] == "actions"]
    return {str(element["action_id"]) for row in rows for element in row}
