"""The store, opened: a Redis or Valkey of the operator's (REDIS_URL), else the embedded engine.

Whatever is behind it, the same redis-py code runs. Redis 7 and 8, Valkey; redis://, rediss://, unix://, and
Sentinel (sentinel.py).
"""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import structlog
from pydantic import SecretStr
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import AuthenticationError, OutOfMemoryError, RedisError, ResponseError
from redis.exceptions import ConnectionError as UnreachableError
from redis.exceptions import TimeoutError as LateError

from bot.errors import SettingsError, StoreError, StoreFullError
from bot.store.cancelling import ANSWER_MAX, CONNECTIONS
from bot.store.clock import StoreClock, asked
from bot.store.engine import Engine, running_engine
from bot.store.grouping import GroupingRedis
from bot.store.schema import require_schema
from bot.store.sentinel import SENTINEL_SCHEMES, master_pool, parse_sentinel
from bot.values import replace

log = structlog.get_logger(__name__)

SCHEMES = ("redis://", "rediss://", "unix://", *SENTINEL_SCHEMES)

CONNECT_MAX = 3.0
"""Seconds until a connection stands."""

TRIES = 5
"""Of one command after a lost connection: bridges the restart of the server, about a second in all."""

CONNECTIONS_MAX = 50
"""Of this process, besides the queue's own; who finds none free waits for one, ANSWER_MAX at most."""

PROBE_TTL: Final = 60
"""Seconds for what is written to see whether the store takes it."""

_ONE_SERVER = "name the one server that takes writes, or the sentinels that know it; Cluster is not supported"

_PREFIX = "provenance"

_WORKSPACE: Final = re.compile(r"T[A-Z0-9]{1,30}\.[0-9a-f]{16}")


class Where(Protocol):
    """The settings that say where the store is."""

    @property
    def redis_url(self) -> SecretStr | None:
        """A Redis of the operator's; None = the embedded engine."""

    @property
    def data(self) -> Path:
        """The embedded engine's folder."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. `redis` answers with str; `url` holds the password, so it is never shown."""

    redis: Redis = field(repr=False)
    url: str = field(repr=False)
    embedded: bool = False
    workspace: str = ""
    clock: StoreClock = field(default_factory=StoreClock, repr=False, compare=False)

    def key(self, *parts: str) -> str:
        """A key of ours, e.g. provenance:report:quay.io/a/b:1."""
        part = ("workspace", self.workspace) if self.workspace else ()
        return ":".join((_PREFIX, *part, *parts))

    def of(self, workspace: str) -> "Store":
        """The part of that Slack workspace, of several (bot/store/workspaces): none of its keys is one of another's."""
        if not _WORKSPACE.fullmatch(workspace):
            raise StoreError("the name of a workspace's part of the store cannot be read", retry_after=None)
        return replace(self, workspace=workspace)

    async def now(self) -> float:
        """The store's clock, in seconds since the epoch: the one clock that all processes share.

        It may be behind by a round trip, and is never ahead (clock.py).
        """
        with trouble("asking for the time"):
            return await self.clock.now(self.redis)

    async def exactly_now(self) -> float:
        """The same, not behind: for the moment of an event, after which a look must begin to have seen it."""
        with trouble("asking for the time"):
            return await asked(self.redis)

    async def at_latest(self) -> float:
        """For the moment of an event, too, and mostly without a round trip: not behind, and perhaps ahead by one."""
        with trouble("asking for the time"):
            return await self.clock.at_latest(self.redis)

    async def require_writable(self) -> None:
        """Write something. Raises StoreError when the store does not answer, and StoreFullError when it is full.

        A ping is not enough: a store whose memory is full answers it.
        """
        with trouble("reaching the store"):
            await self.redis.set(self.key("probe"), "", ex=PROBE_TTL)


class StoreTrouble:
    """What `trouble` makes. A class, because it stands around each command: a generator takes three times as long."""

    __slots__ = ("_doing",)

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        """Nothing is wrong yet."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raises StoreError in place of redis-py's errors."""
        if isinstance(error, (RedisError, OSError)):  # TimeoutError is an OSError
            if full := _full(error):
                raise StoreFullError(f"{self._doing}: the store takes no writes, {full}") from error
            raise StoreError(f"{self._doing}: {_reason(error)}") from error


def trouble(doing: str) -> StoreTrouble:
    """Turn what redis-py raises into StoreError; `doing` says what was tried, e.g. "saving a report"."""
    return StoreTrouble(doing)


@asynccontextmanager
async def open_store(settings: Where) -> AsyncIterator[Store]:
    """The store of these settings, for as long as the block lasts.

    Raises SettingsError when the settings are wrong or no embedded engine can run; StoreError without a store.
    """
    async with AsyncExitStack() as stack:
        if settings.redis_url is None:
            engine = await stack.enter_async_context(Engine(settings.data))
            url = engine.url
        else:
            url = settings.redis_url.get_secret_value()
        client = connect(url)
        stack.push_async_callback(client.aclose)
        store = Store(client, url, embedded=settings.redis_url is None)
        await _look_around(store)
        with trouble("reading the store's schema"):
            await require_schema(client, may_write=True)
        yield store


@asynccontextmanager
async def open_running_store(settings: Where) -> AsyncIterator[Store | None]:
    """The store that is there already; None when that would be an embedded engine and no process runs one.

    For commands that only look: nothing is started, and no folder is made. Raises as `open_store` does.
    """
    if settings.redis_url is not None:
        async with open_store(settings) as store:
            yield store
        return
    url = await running_engine(settings.data)
    if url is None:
        yield None
        return
    async with AsyncExitStack() as stack:
        client = connect(url)
        stack.push_async_callback(client.aclose)
        with trouble("reading the store's schema"):
            await require_schema(client, may_write=False)
        yield Store(client, url, embedded=True)


def connect(url: str) -> Redis:
    """A client for that address; nothing is sent yet. Raises SettingsError, which never shows the address."""
    if not url.startswith(SCHEMES):
        raise SettingsError(f"REDIS_URL: does not begin with one of {', '.join(SCHEMES)}; {_ONE_SERVER}")
    options = {
        "decode_responses": True,
        "encoding_errors": "replace",  # a text that is not UTF-8 is unreadable for who asked, and for nobody else
        "socket_connect_timeout": CONNECT_MAX,
        "socket_timeout": None,  # cancelling.py bounds each command
        "health_check_interval": 30,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), TRIES),
    }
    if url.startswith(SENTINEL_SCHEMES):
        return GroupingRedis.from_pool(master_pool(parse_sentinel(url), **options))
    try:
        pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS_MAX, timeout=ANSWER_MAX, **options)
    except ValueError:  # its text may hold a part of the password
        raise SettingsError(
            "REDIS_URL: is not an address that can be read; in a password, / is written as %2F, # as %23, ? as %3F"
        ) from None
    pool.connection_class = CONNECTIONS[pool.connection_class]
    return GroupingRedis.from_pool(pool)


async def _look_around(store: Store) -> None:
    """Find it there, and say what would lose jobs. Raises SettingsError for a server that cannot be written to."""
    with trouble("reaching the store" if store.embedded else "reaching the store at REDIS_URL"):
        await store.redis.ping()
    try:
        facts = await store.redis.info()
    except RedisError:  # a shared Redis may forbid INFO
        return
    mode, role = facts.get("redis_mode", "standalone"), facts.get("role", "master")
    if mode != "standalone" or role != "master":
        what = f"the server of a {mode}" if mode != "standalone" else "a replica"
        raise SettingsError(f"REDIS_URL: is {what}; {_ONE_SERVER}")
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        log.warning("the store may drop jobs when its memory is full, set maxmemory-policy noeviction", policy=policy)
    if not facts.get("aof_enabled", 1):
        log.warning("the store loses acknowledged jobs when it is killed, set appendonly yes")


def _full(error: Exception) -> str:
    """Why it takes no writes; "" for every other error."""
    if isinstance(error, OutOfMemoryError):
        return "its memory is full (maxmemory)"
    if isinstance(error, ResponseError) and "MISCONF" in str(error):  # in a pipeline, the command stands before it
        return f"it cannot write to its disk ({str(error).splitlines()[0].rpartition('MISCONF ')[2][:200]})"
    return ""


def _reason(error: Exception) -> str:
    text = str(error).splitlines()
    what = "does not answer as it should"
    if isinstance(error, AuthenticationError):  # one of the next line's, too
        what = "refuses the user name or the password"
    elif isinstance(error, (UnreachableError, LateError, OSError)):
        what = "does not answer"
    return f"the store {what} ({type(error).__name__}{': ' + text[0][:200] if text else ''})"
