"""A client that sends the commands of several tasks together, when there are several.

A round trip costs a process more than its command: a write, a read, and two wake-ups of the event loop. So while one is
under way, the commands that other tasks want to send gather, and the next round trip takes all of them. A single task
waits for nothing. Pipelines without a transaction travel with them; transactions have connections of their own.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from redis.asyncio import Connection, Redis
from redis.asyncio.client import Pipeline
from redis.client import EMPTY_RESPONSE, NEVER_DECODE
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import DataError, ReadOnlyError, ResponseError

from bot.store.cancelling import Cancelling

ROUNDS_MAX: Final = 2
"""Round trips at the same time. One more than one, so that a long answer does not hold up all others."""

GROUP_MAX: Final = 100
"""Commands of one round trip."""


class _Wanted(Struct, frozen=True):
    """A command that waits to be sent."""

    args: tuple[Any, ...]
    options: Mapping[str, Any]
    answer: asyncio.Future[Any]


class GroupingRedis(Redis):
    """redis-py's client. Of one that is built by `Redis.from_pool`, set nothing; `grouped` None = all commands."""

    def __init__(self, *args: Any, grouped: Collection[str] | None = None, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self._grouped = grouped
        self._waiting: deque[list[_Wanted]] = deque()  # a pipeline stays whole: its commands are in order
        self._rounds: set[asyncio.Task[None]] = set()
        self._under_way = 0
        self._kept: list[Connection] = []  # between two round trips; they are the pool's, which closes them

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - redis-py's signature
        """redis-py's own, perhaps together with other commands. Raises redis-py's errors."""
        is_other = self._grouped is not None and args[0] not in self._grouped
        if is_other or NEVER_DECODE in options or EMPTY_RESPONSE in options:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        [answer] = await self.together([(args, options)])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def together(self, commands: Sequence[tuple[tuple[Any, ...], Mapping[str, Any]]]) -> list[Any]:
        """The answer to each, or the error that the server answered. Raises redis-py's other errors."""
        loop = asyncio.get_running_loop()
        group = [_Wanted(args, options, loop.create_future()) for args, options in commands]
        if self._under_way >= ROUNDS_MAX:
            self._waiting.append(group)
            if len(group) == 1:
                return [await group[0].answer]
            return await asyncio.gather(*(wanted.answer for wanted in group), return_exceptions=True)
        self._under_way += 1
        try:
            return [answer for _, answer in await self._answers(group)]
        finally:
            self._under_way -= 1
            self._send_waiting()

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002 - redis-py's signature
        """redis-py's own for transactions; for all else one whose commands travel with those of other tasks."""
        return (
            super().pipeline(transaction, shard_hint) if transaction or self._grouped is not None else _Gathered(self)
        )

    def _send_waiting(self) -> None:
        """Begin a round trip for what has gathered."""
        if self._waiting:
            self._under_way += 1
            task = asyncio.get_running_loop().create_task(self._round())
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)

    async def _round(self) -> None:
        taken = self._taken()
        try:
            wanting = [group for group in taken if not all(wanted.answer.done() for wanted in group)]
            try:
                answers = await self._answers([wanted for group in wanting for wanted in group])
            except DataError:  # one of them cannot be packed, so none was sent
                answers = [answer for group in wanting for answer in await self._alone(group)]
            for wanted, answer in answers:
                _tell(wanted.answer, answer)
        except BaseException as error:
            for wanted in (wanted for group in taken for wanted in group):
                _tell(wanted.answer, error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._under_way -= 1
            self._send_waiting()

    def _taken(self) -> list[list[_Wanted]]:
        """Out of what waits: GROUP_MAX commands, more only when one pipeline has more.

        Never a part of a pipeline: the rest would travel on another connection, and might be there first.
        """
        taken = [self._waiting.popleft()] if self._waiting else []
        count = sum(map(len, taken))
        while self._waiting and count + len(self._waiting[0]) <= GROUP_MAX:
            taken.append(self._waiting.popleft())
            count += len(taken[-1])
        return taken

    async def _alone(self, group: list[_Wanted]) -> list[tuple[_Wanted, Any]]:
        try:
            return await self._answers(group)
        except DataError as error:
            return [(wanted, error) for wanted in group]

    async def _answers(self, group: list[_Wanted]) -> list[tuple[_Wanted, Any]]:
        """Each with its answer, or with the error that the server answered."""
        if not group:
            return []
        connection = await self._connection()
        try:
            return await connection.retry.call_with_retry(
                lambda: self._exchange(connection, group), lambda _: connection.disconnect()
            )
        finally:
            if len(self._kept) < ROUNDS_MAX and connection.is_connected and not connection.should_reconnect():  # type: ignore[no-untyped-call]
                self._kept.append(connection)
            else:
                await self.connection_pool.release(connection)

    async def _connection(self) -> Connection:
        """One that was kept, else the pool's. To take it out and give it back costs as much as a command.

        The pool connects what is not connected, and it alone asks the sentinels where the master is now.
        """
        while self._kept:
            connection = self._kept.pop()
            if await _is_ready(connection):
                return connection
            await self.connection_pool.release(connection)
        return await self.connection_pool.get_connection()  # type: ignore[no-any-return,no-untyped-call]

    async def _exchange(self, connection: Connection, group: list[_Wanted]) -> list[tuple[_Wanted, Any]]:
        """As redis-py's pipeline does, without what it keeps for transactions."""
        await connection.send_packed_command(connection.pack_commands([wanted.args for wanted in group]))
        answers = [
            self._parsed(wanted, answer)
            for wanted, answer in zip(group, await _read(connection, len(group)), strict=True)
        ]
        return list(zip(group, answers, strict=True))

    def _parsed(self, wanted: _Wanted, answer: Any) -> Any:  # noqa: ANN401 - whatever the command answers
        """The answer as redis-py gives it to its callers."""
        callback = self.response_callbacks.get(wanted.args[0])
        if callback is None or isinstance(answer, ResponseError):
            return answer
        return callback(answer, **{name: value for name, value in wanted.options.items() if name != "keys"})


async def _is_ready(connection: Connection) -> bool:
    """Whether the server has neither closed it meanwhile nor sent what nobody waits for."""
    try:
        return bool(connection.is_connected) and not await connection.can_read()
    except StoreConnectionError:
        return False


async def _read(connection: Connection, count: int) -> list[Any]:
    """So many answers. Raises redis-py's ConnectionError, after which the commands may be sent again."""
    if isinstance(connection, Cancelling):
        answers = await connection.read_answers(count)
        if any(isinstance(answer, ReadOnlyError) for answer in answers):  # the master has become a replica
            await connection.disconnect()
            raise StoreConnectionError("the server takes no writes any more")
        return answers
    return [await _answer(connection) for _ in range(count)]


async def _answer(connection: Connection) -> Any:  # noqa: ANN401 - whatever the command answers
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error


class _Gathered(Pipeline):
    """A pipeline without a transaction."""

    def __init__(self, client: GroupingRedis) -> None:
        super().__init__(client.connection_pool, client.response_callbacks, transaction=False, shard_hint=None)
        self._client = client

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002 - redis-py's signature
        """redis-py's own, without a connection of its own."""
        if self.explicit_transaction or self.watching or self.scripts:
            return await super().execute(raise_on_error)
        stack, self.command_stack = self.command_stack, []
        answers = await self._client.together(stack) if stack else []
        if raise_on_error and (error := next((one for one in answers if isinstance(one, BaseException)), None)):
            raise error
        return answers


def _tell(future: asyncio.Future[Any], answer: object) -> None:
    """Whoever was cancelled meanwhile hears nothing."""
    if future.done():
        return
    match answer:
        case asyncio.CancelledError():
            future.cancel()
        case BaseException():
            future.set_exception(answer)
        case _:
            future.set_result(answer)
