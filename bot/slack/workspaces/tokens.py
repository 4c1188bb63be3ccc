"""The token of a workspace, asked for at each call: it is renewed in time, by one process, and gone when the app is.

Slack takes a refresh token once. So one process renews at a time (a lock in the store), that it asks is noted before
(asked.py), and the new pair is kept before anything else is done with it. Until the old token ends, everybody goes on
with it, and the old refresh token is tried again. If a process dies between Slack's answer and the store, Slack refuses
it; then the workspace must install the app again, which is told while the old token still works.
"""

import asyncio
import secrets
from contextlib import suppress
from typing import Final

import structlog

from bot.errors import StoreError
from bot.slack.classify import TokenUnavailableError
from bot.slack.problems import RENEWAL_PROBLEMS, UNREADABLE_TOKEN
from bot.slack.transport import Refused, RetryLater, Unconfirmed
from bot.slack.workspaces.asked import AskedTokens
from bot.slack.workspaces.exchange import FreshTokens, TokenExchange
from bot.store import Store, trouble
from bot.store.slack_problems import ProblemCode, SlackProblem, SlackProblems
from bot.store.workspaces import BotTokens, Installations, SealError, StoredInstallation

log = structlog.get_logger(__name__)

AHEAD: Final = 120 * 60.0
"""Seconds before its end at which a token is renewed; Slack's last twelve hours."""

MARGIN: Final = 10.0
"""Seconds before its end at which a token is not used any more: one call takes so long."""

LOCK: Final = 30_000
"""Milliseconds that the lock lasts if its process dies; a call takes ten seconds at most."""

PAUSE: Final = 60
"""Seconds until a renewal that did not work is tried again."""

WAIT_MAX: Final = 12.0
"""Seconds to wait for another process that renews a token which has ended."""

REVOKED: Final = "token_revoked"
"""Slack's word for a token of an app that was removed."""

SPENT: Final = "invalid_refresh_token"
"""Slack's word for a refresh token that was used before, or never given."""

_LOOK_AGAIN: Final = 0.2
_PAUSES: Final = (0.2, 1.0, 3.0)

_RELEASE: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class NoTokenError(Exception):
    """There is none that could be used. `code` is Slack's word for it, or our own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WorkspaceTokens:
    """Gives tokens."""

    def __init__(self, store: Store, installations: Installations, exchange: TokenExchange) -> None:
        self._store = store
        self._installations = installations
        self._exchange = exchange
        self._asked = AskedTokens(store)
        self._release = store.redis.register_script(_RELEASE)
        self._running: set[asyncio.Task[str | None]] = set()

    async def close(self) -> None:
        """Let renewals that run come to their end."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def of(self, workspace: str) -> str:
        """The token of that part of the store. Raises NoTokenError, and TokenUnavailableError: later there may be one.

        An installation of the same team that is newer has another part, and this one gets nothing any more.
        """
        try:
            return await self._of(workspace)
        except StoreError as error:
            raise TokenUnavailableError(str(error)) from error
        except SealError as error:
            why = str(error)
            log.warning("token of a workspace not readable", workspace=workspace, code=error.code.value, why=why)
            raise NoTokenError(UNREADABLE_TOKEN) from None

    async def _of(self, workspace: str) -> str:
        deadline = asyncio.get_running_loop().time() + WAIT_MAX
        while True:
            stored, tokens = await self._current(workspace)
            left = stored.facts.expires_at - await self._store.now()
            if not stored.facts.expires_at or left > AHEAD:
                return tokens.token
            if (fresh := await self._renewed(workspace)) is not None:
                return fresh
            if left > MARGIN:
                return tokens.token
            if asyncio.get_running_loop().time() > deadline:
                raise TokenUnavailableError("the workspace's token has ended, and is not renewed yet")
            await asyncio.sleep(_LOOK_AGAIN)

    async def _current(self, workspace: str) -> tuple[StoredInstallation, BotTokens]:
        stored = await self._installations.of(workspace.partition(".")[0])
        if stored is None or stored.facts.workspace != workspace:
            raise NoTokenError(REVOKED)
        return stored, self._installations.tokens(stored)

    async def _renewed(self, workspace: str) -> str | None:
        """The new token; None if another process renews it, or it did not work a moment ago.

        Whoever waits for it may be cancelled; the renewal goes on, because Slack gives each new pair once.
        """
        if await self._is_paused(workspace) or not (holder := await self._take(workspace)):
            return None
        task = asyncio.create_task(self._renew_locked(workspace, holder), name="renew a token")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[str | None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:  # perhaps nobody waits for it any more
            log.warning("token not renewed", error=str(task.exception()))

    async def _renew_locked(self, workspace: str, holder: str) -> str | None:
        try:
            return await self._renew(workspace)
        finally:
            with trouble("releasing a lock"):
                await self._release(keys=[self._lock(workspace)], args=[holder])

    async def _renew(self, workspace: str) -> str | None:
        stored, tokens = await self._current(workspace)  # another process may have done it
        now = await self._store.now()
        if stored.facts.expires_at - now > AHEAD:
            return tokens.token
        was_asked = await self._asked.note(workspace, tokens.refresh)
        answer = await self._exchange.refresh(tokens.refresh)
        if not isinstance(answer, FreshTokens):
            await self._not_renewed(workspace, answer, was_asked=was_asked)
            return None
        if not await self._keep(stored, now + answer.seconds if answer.seconds else 0.0, answer.tokens):
            _, now_there = await self._current(workspace)  # installed anew or removed in between
            return now_there.token
        await self._asked.answered(workspace)
        await self._problems(workspace).replace(RENEWAL_PROBLEMS, ())
        log.info("token renewed", workspace=workspace)
        return answer.tokens.token

    async def _keep(self, seen: StoredInstallation, expires_at: float, tokens: BotTokens) -> bool:
        """The old pair is worth nothing any more, so the store gets some time to take the new one."""
        facts = seen.facts.model_copy(update={"expires_at": expires_at})
        for pause in _PAUSES:
            with suppress(StoreError):
                return await self._installations.replace(seen, facts, tokens) is not None
            await asyncio.sleep(pause)
        return await self._installations.replace(seen, facts, tokens) is not None

    async def _not_renewed(
        self, workspace: str, answer: RetryLater | Unconfirmed | Refused, *, was_asked: bool
    ) -> None:
        """An answer that was lost leaves the note; so does a refusal that an earlier loss explains."""
        is_lost = was_asked and isinstance(answer, Refused) and answer.code == SPENT
        advice = "install the app there again" if isinstance(answer, Refused) else "it is tried again"
        log.error("token not renewed", workspace=workspace, answer=str(answer), lost=is_lost, advice=advice)
        if isinstance(answer, Refused):
            code = ProblemCode.TOKEN_LOST if is_lost else ProblemCode.TOKEN_NOT_RENEWED
            await self._problems(workspace).replace(RENEWAL_PROBLEMS, (SlackProblem(code=code),))
        if not (is_lost or was_asked or isinstance(answer, Unconfirmed)):
            await self._asked.answered(workspace)
        with trouble("putting off a renewal"):
            await self._store.redis.set(self._paused(workspace), "1", ex=PAUSE)

    async def _take(self, workspace: str) -> str:
        holder = secrets.token_hex(8)
        with trouble("taking a lock"):
            taken = await self._store.redis.set(self._lock(workspace), holder, nx=True, px=LOCK)
        return holder if taken else ""

    async def _is_paused(self, workspace: str) -> bool:
        with trouble("looking whether to renew a token"):
            return bool(await self._store.redis.exists(self._paused(workspace)))

    def _problems(self, workspace: str) -> SlackProblems:
        return SlackProblems(self._store.of(workspace))

    def _lock(self, workspace: str) -> str:
        return self._store.of(workspace).key("oauth", "renewing")

    def _paused(self, workspace: str) -> str:
        return self._store.of(workspace).key("oauth", "paused")
