"""A client that sends the commands of several tasks together, when there are several.

A round trip costs a process more than its command: a write, a read, and two wake-ups of the event loop. So while one is
under way, the commands that other tasks want to send gather, and the next round trip takes all of them. A single task
waits for nothing. Transactions and pipelines have connections of their own, as ever.
"""

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Connection, Redis
from redis.exceptions import DataError, ResponseError

ROUNDS_MAX: Final = 2
"""Round trips at the same time. One more than one, so that a long answer does not hold up all others."""

GROUP_MAX: Final = 100
"""Commands of one round trip."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A command that waits to be sent."""

    args: tuple[Any, ...]
    options: dict[str, Any]
    answer: asyncio.Future[Any]


class GroupingRedis(Redis):
    """redis-py's client. Of one that is built by `Redis.from_pool`, set nothing; `grouped` None = all commands."""

    def __init__(self, *args: Any, grouped: Collection[str] | None = None, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self._grouped = grouped
        self._waiting: deque[_Wanted] = deque()
        self._rounds: set[asyncio.Task[None]] = set()
        self._under_way = 0

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - redis-py's signature
        """redis-py's own, perhaps together with other commands. Raises redis-py's errors."""
        if self._grouped is not None and args[0] not in self._grouped:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        if self._under_way >= ROUNDS_MAX:
            wanted = _Wanted(args, options, asyncio.get_running_loop().create_future())
            self._waiting.append(wanted)
            return await wanted.answer
        self._under_way += 1
        try:
            [(_, answer)] = await self._answers([_Wanted(args, options, asyncio.get_running_loop().create_future())])
        finally:
            self._under_way -= 1
            self._send_waiting()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _send_waiting(self) -> None:
        """Begin a round trip for what has gathered."""
        if self._waiting:
            self._under_way += 1
            task = asyncio.get_running_loop().create_task(self._round())
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)

    async def _round(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_MAX))]
        try:
            wanting = [wanted for wanted in group if not wanted.answer.done()]
            try:
                answers = await self._answers(wanting)
            except DataError:  # one of them cannot be packed, so none was sent
                answers = [await self._alone(wanted) for wanted in wanting]
            for wanted, answer in answers:
                _tell(wanted.answer, answer)
        except BaseException as error:
            for wanted in group:
                _tell(wanted.answer, error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._under_way -= 1
            self._send_waiting()

    async def _alone(self, wanted: _Wanted) -> tuple[_Wanted, Any]:
        try:
            [answered] = await self._answers([wanted])
        except DataError as error:
            return wanted, error
        return answered

    async def _answers(self, group: list[_Wanted]) -> list[tuple[_Wanted, Any]]:
        """Each with its answer, or with the error that the server answered."""
        if not group:
            return []
        connection: Connection = await self.connection_pool.get_connection()  # type: ignore[no-untyped-call]
        try:
            return await connection.retry.call_with_retry(
                lambda: self._exchange(connection, group), lambda _: connection.disconnect()
            )
        finally:
            await self.connection_pool.release(connection)

    async def _exchange(self, connection: Connection, group: list[_Wanted]) -> list[tuple[_Wanted, Any]]:
        """As redis-py's pipeline does, without what it keeps for transactions."""
        await connection.send_packed_command(connection.pack_commands([wanted.args for wanted in group]))
        answers: list[tuple[_Wanted, Any]] = []
        for wanted in group:
            try:
                answer = await self.parse_response(connection, wanted.args[0], **wanted.options)
            except ResponseError as error:
                answer = error
            answers.append((wanted, answer))
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
