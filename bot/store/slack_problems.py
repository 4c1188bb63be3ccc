"""What keeps the bot from posting in Slack, as it was last seen.

The one place where the log, /readyz, the doctor and the metrics look.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.store.connection import Store, trouble

PROBLEMS_TTL: Final = 2 * 24 * 3600
"""Seconds after the last look; the setup is looked at every hour."""

PROBLEMS_MAX: Final = 200
"""Problems that are kept; one for each channel that a policy or a watch names."""


class ProblemCode(StrEnum):
    """Why something cannot be posted or received. A person has to do something about each."""

    TOKEN_REFUSED = "token-refused"  # noqa: S105 - not a token
    APP_TOKEN_REFUSED = "app-token-refused"  # noqa: S105
    SOCKET_MODE_OFF = "socket-mode-off"
    SOCKET_BROKEN = "socket-broken"
    TOKEN_UNREADABLE = "token-unreadable"  # noqa: S105 - of one of several workspaces
    TOKEN_NOT_RENEWED = "token-not-renewed"  # noqa: S105 - the same
    TOKEN_LOST = "token-lost"  # noqa: S105 - the same: Slack gave a new one, and it was not kept
    UNREACHABLE = "unreachable"
    SCOPE_MISSING = "scope-missing"
    NO_CHANNEL = "no-channel"
    CHANNEL_NOT_FOUND = "channel-not-found"
    NOT_IN_CHANNEL = "not-in-channel"
    CHANNEL_ARCHIVED = "channel-archived"
    CHANNEL_RESTRICTED = "channel-restricted"
    WORKSPACE_RESTRICTED = "workspace-restricted"


_OF_A_CHANNEL: Final = frozenset(
    {
        ProblemCode.CHANNEL_NOT_FOUND,
        ProblemCode.NOT_IN_CHANNEL,
        ProblemCode.CHANNEL_ARCHIVED,
        ProblemCode.CHANNEL_RESTRICTED,
    }
)
_PASSING: Final = frozenset({ProblemCode.UNREACHABLE, ProblemCode.SOCKET_BROKEN, ProblemCode.NO_CHANNEL})


class SlackProblem(BaseModel):
    """One problem. `where` is a channel as it was named, or ""; `needed` the scope that is missing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: ProblemCode
    where: str = Field(default="", max_length=100)
    needed: str = Field(default="", max_length=100)

    @property
    def is_broken(self) -> bool:
        """Whether something cannot work before a person acts; otherwise it may pass by itself, or may be meant so."""
        return self.code not in _PASSING

    @property
    def is_about_channel(self) -> bool:
        """Whether it keeps the bot from posting in one channel, `where`, and nowhere else."""
        return self.code in _OF_A_CHANNEL

    @property
    def name(self) -> str:
        """Tells it from all others."""
        return f"{self.code}:{self.where}:{self.needed}"


class SlackProblems:
    """Keeps them. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("slack", "problems")

    async def put(self, problem: SlackProblem) -> None:
        """It was just seen."""
        with trouble("keeping a problem"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.hset(self._key, problem.name, problem.model_dump_json())
                pipe.expire(self._key, PROBLEMS_TTL)
                await pipe.execute()

    async def replace(self, codes: Iterable[ProblemCode], problems: Iterable[SlackProblem]) -> None:
        """A look for problems with these codes found these, and no others."""
        looked_for = frozenset(codes)
        known = await self.all()
        fresh: dict[str, str] = {problem.name: problem.model_dump_json() for problem in problems}
        gone = [one.name for one in known if one.code in looked_for and one.name not in fresh]
        with trouble("keeping problems"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                if gone:
                    pipe.hdel(self._key, *gone)
                if fresh:
                    pipe.hset(self._key, items=[part for pair in fresh.items() for part in pair])
                pipe.expire(self._key, PROBLEMS_TTL)
                await pipe.execute()

    async def all(self) -> tuple[SlackProblem, ...]:
        """In the order of their codes and channels."""
        with trouble("reading problems"):
            found = await self._store.redis.hgetall(self._key)
        read = (_read(text) for _, text in sorted(found.items())[:PROBLEMS_MAX])
        return tuple(problem for problem in read if problem is not None)


def _read(text: str | bytes) -> SlackProblem | None:
    try:
        return SlackProblem.model_validate_json(text)
    except ValidationError:  # of another version
        return None
