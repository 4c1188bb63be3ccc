"""Docket without what it unpickles: whoever may write to the store cannot run code in us.

Docket 0.27 has no setting for how it stores arguments. It calls `cloudpickle.loads` for the arguments of each job in
the stream and in the schedule, for results, and for strikes. Here that function is replaced, for the whole process.
A test reads docket's source and fails when it unpickles in any other way.
"""

import hashlib
from collections.abc import Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from inspect import Parameter
from typing import TYPE_CHECKING, Any, Final, Self, cast

import cloudpickle  # type: ignore[import-untyped]
import docket.worker
import structlog
from docket import Docket, StrikeList
from docket.execution import Execution, get_signature

from bot.errors import MalformedError
from bot.jobs import plain_pickle
from bot.store.grouping import GroupingRedis
from bot.store.packed_in_c import PACKED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from docket._redis import RedisClient
    from key_value.aio.protocols.key_value import AsyncKeyValue
    from redis.asyncio import Redis

log = structlog.get_logger(__name__)

UNREADABLE: Final = "unreadable_job"
"""The task that gets every job that cannot be read: `(what it is, why it cannot be read)`, both text."""

NUMBER_MAX: Final = 2**53
"""Arguments are counts of milliseconds; a larger number makes a date overflow."""

NAME_MAX: Final = 1024
"""Characters of a job's key and of its task's name."""

SHOWN_MAX: Final = 200
"""Characters of each name that a dead letter shows."""

YEARS: Final = range(2000, 2200)
"""Of a job's time; far outside, arithmetic with dates fails."""


class PlainExecution(Execution):
    """A job as a worker reads it from the stream. One that cannot be read goes to the task UNREADABLE."""

    @classmethod
    async def from_message(
        cls,
        docket: Docket,
        message: dict[bytes, bytes],
        *arguments: Any,  # noqa: ANN401 - Execution's own
        **options: Any,  # noqa: ANN401
    ) -> Self:
        """Execution's own, for plain values. Raises nothing: an error here would end the worker."""
        try:
            read = await super().from_message(docket, message, *arguments, **options)
            _require_fit(read)
        except Exception as error:
            if UNREADABLE not in docket.tasks:
                raise
            why = str(error) if isinstance(error, MalformedError) else f"its fields do not fit ({type(error).__name__})"
            return cls._unreadable(docket, message, why, options.get("message_id"))
        return read

    @classmethod
    def _unreadable(cls, docket: Docket, message: dict[bytes, bytes], why: str, message_id: Any) -> Self:  # noqa: ANN401
        name = message_id.decode() if isinstance(message_id, bytes) else "unknown"
        return cls(
            docket=docket,
            function=docket.tasks[UNREADABLE],
            args=(_describe(message), why),
            kwargs={},
            key=f"unreadable:{name}",  # its own key may be that of another job, which it must not end
            when=datetime.now(UTC),
            attempt=1,
            function_name=UNREADABLE,
            message_id=message_id,
        )


def _require_fit(job: Execution) -> None:
    """Raises MalformedError when calling the task with these arguments would fail, whatever the task does."""
    if len(job.key) > NAME_MAX or len(job.function_name) > NAME_MAX:
        raise MalformedError(f"its key or its task's name has more than {NAME_MAX} characters")
    if job.when.year not in YEARS or job.attempt < 1:
        raise MalformedError("its time or its number of attempts cannot be")
    if type(job.args) is not tuple or type(job.kwargs) is not dict or job.kwargs:
        raise MalformedError("its arguments are not a tuple, or some are named")
    if job.function_name not in job.docket.tasks:
        return  # the worker's fallback takes anything
    parameters = get_signature(job.function).parameters.values()
    if any(parameter.kind is Parameter.VAR_POSITIONAL for parameter in parameters):
        return  # it only keeps the job for another worker
    wanted = [parameter.annotation for parameter in parameters if parameter.default is parameter.empty]
    if [type(argument) for argument in job.args] != wanted:
        raise MalformedError(f"its arguments are not {', '.join(kind.__name__ for kind in wanted)}")
    if any(isinstance(argument, int) and abs(argument) > NUMBER_MAX for argument in job.args):
        raise MalformedError(f"a number is beyond {NUMBER_MAX}")


def _describe(message: dict[bytes, bytes]) -> str:
    """What is told of it: its names and a checksum, never the bytes, which may hold anything."""

    def text(field: bytes) -> str:
        return message.get(field, b"").decode(errors="replace")[:SHOWN_MAX]

    arguments = message.get(b"args", b"")
    digest = hashlib.sha256(arguments).hexdigest()
    return f"task {text(b'function')!r}, key {text(b'key')!r}, {len(arguments)} bytes of arguments, sha256:{digest}"


class NoResults:
    """Docket's store for what a job returned or raised: ours return nothing, and what they raise is in the log."""

    async def get(self, key: str) -> None:
        """There is none."""

    async def put(self, key: str, value: object, **options: object) -> None:
        """It is not kept."""


class NoStrikes(StrikeList):
    """Docket's list of tasks that are not to run: without any, no job has to be compared with it."""

    def is_stricken(self, target: Execution | Mapping[str, Any]) -> bool:  # noqa: ARG002 - StrikeList's own
        """Nothing is."""
        return False


class PlainDocket(Docket):
    """A docket that reads plain values only, does our own tasks only, and listens to no strikes."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Docket's own
        super().__init__(result_storage=cast("AsyncKeyValue", NoResults()), **options)
        self._client: GroupingRedis | None = None
        self.tasks.clear()  # docket brings three with it: one waits as long as the job says

    @property
    def strike_list(self) -> StrikeList:
        """One that nobody else can add to: we strike no tasks, and a strike in the store could stop all of them."""
        return self._own_strikes

    @strike_list.setter
    def strike_list(self, _shared: StrikeList) -> None:
        self._own_strikes = NoStrikes()

    @asynccontextmanager
    async def redis(self) -> "AsyncGenerator[RedisClient, None]":
        """Docket's client, which sends the scripts of several jobs together. The worker's blocking reads go alone.

        This is called before the pool makes its first connection. So all of them pack commands in C, except those to
        sentinels.
        """
        async with super().redis() as client:
            pool = cast("Redis", client).connection_pool
            if self._client is None or self._client.connection_pool is not pool:
                pool.connection_class = PACKED.get(pool.connection_class, pool.connection_class)
                self._client = GroupingRedis(connection_pool=pool, grouped={"EVALSHA"})
            yield cast("RedisClient", self._client)

    async def get_execution(self, key: str) -> Execution | None:
        """The job of that key; None when there is none, or none that can be read."""
        try:
            return await super().get_execution(key)
        except (MalformedError, ValueError, OverflowError, OSError) as error:
            log.warning("a waiting job cannot be read", key=key[:NAME_MAX], error=type(error).__name__)
            return None


cloudpickle.loads = plain_pickle.loads
docket.worker.Execution = PlainExecution  # type: ignore[attr-defined]
