"""Where a person gets an answer: alone, in the thread in which they mentioned the bot, or as a step of a workflow.

A response_url takes five answers in thirty minutes. After that the answer is an ephemeral message, and for a person who
is not in the channel a direct message. An answer that may have arrived is not sent again.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import structlog
from msgspec import Struct

from bot.errors import PostingError
from bot.render.slack.escape import is_safe
from bot.settings import Settings
from bot.slack.classify import answer_of, failures
from bot.slack.ephemeral import LIFE, AnswerOutcome, Ephemeral
from bot.slack.files import upload
from bot.slack.later import raise_if_later
from bot.slack.transport import Answer, Posted, Refused, RetryLater, Unconfirmed
from bot.slack.web_api import client_for, session_for_slack
from bot.store import Store, trouble
from bot.values import Hiding

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)

NOT_THEIRS: Final = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})
"""Refusals of an ephemeral message after which the person gets a direct message."""

WHY_MAX: Final = 900
"""Characters of the reason why a step failed."""


class AnswerTo(Hiding, Struct, frozen=True):
    """The person, and the ways to reach them. `asked_at` tells two questions of one person apart.

    With a `thread_ts` everybody in the thread reads the answer; else it is for the `user` alone, `is_private` says so
    without a response_url. `execution` is of a workflow's step: its outputs are the answer.
    """

    HIDDEN = frozenset({"response_url"})

    user: str = ""
    response_url: str = ""
    channel: str = ""
    thread_ts: str = ""
    asked_at: float = 0.0
    is_private: bool = False
    execution: str = ""

    def __bool__(self) -> bool:
        """Whether anybody can be answered."""
        return bool(self.response_url or self.thread_ts or self.execution or (self.user and self.is_private))


class Answers:
    """Sends answers. Without a `client` only through response_urls."""

    def __init__(self, store: Store, ephemeral: Ephemeral, client: "AsyncWebClient | None") -> None:
        self._store = store
        self._ephemeral = ephemeral
        self._client = client

    async def say(self, to: AnswerTo, text: str, blocks: Sequence[Mapping[str, object]] = (), *, once: str) -> bool:
        """Whether Slack accepted it. An answer with the same `once` is not sent again.

        Raises StoreError, and PostingError if it was certainly not sent, and a retry may succeed.
        """
        if to.response_url:
            told = await self._ephemeral.tell(to.response_url, text, blocks, once=once)
            if told is not AnswerOutcome.SPENT:
                return told is AnswerOutcome.TOLD
        if self._client is None or not is_safe(text, blocks) or not (to.thread_ts or to.user):
            return False
        key = self._key(to, once)
        with trouble("looking whether an answer was sent"):
            if not await self._store.redis.set(key, "1", nx=True, ex=LIFE):
                return False
        match await self._post(self._client, to, text, blocks):
            case Posted():
                return True
            case RetryLater(seconds, why):
                with trouble("forgetting an answer"):
                    await self._store.redis.delete(key)
                raise PostingError(why, code="later", retry_after=seconds)
            case answer:
                log.warning("answer to a person not sent", answer=str(answer))
                return False

    async def complete(self, execution: str, outputs: Mapping[str, str]) -> bool:
        """A workflow's step is done. It may be said twice: Slack refuses the second time. Raises PostingError."""
        body = {"function_execution_id": execution, "outputs": dict(outputs)}
        return await self._end("functions.completeSuccess", body)

    async def fail(self, execution: str, why: str) -> bool:
        """A workflow's step cannot be done. Raises as `complete` does."""
        return await self._end("functions.completeError", {"function_execution_id": execution, "error": why[:WHY_MAX]})

    async def _end(self, method: str, body: Mapping[str, object]) -> bool:
        if self._client is None:
            return False
        answer = await _call(self._client, method, body)
        raise_if_later(answer)
        if isinstance(answer, Refused):
            log.warning("step not ended", method=method, code=answer.code)
        return isinstance(answer, Posted)

    async def attach(self, to: AnswerTo, *, name: str, text: str, about: str, once: str) -> bool:
        """Whether the file was uploaded: into the thread of a mention, else into a direct message `about` it.

        A file cannot be ephemeral. It is not sent again with the same `once`; without a client, or when Slack refuses
        it, nobody gets it. Raises StoreError.
        """
        if self._client is None or not (to.thread_ts or to.user):
            return False
        with trouble("looking whether a file was sent"):
            if not await self._store.redis.set(self._key(to, once), "1", nx=True, ex=LIFE):
                return False
        channel, thread_ts = to.channel, to.thread_ts
        if not thread_ts:
            channel, thread_ts = await _direct_message(self._client, to.user, about)
        answer: Answer = Unconfirmed("no direct message")
        if channel:
            answer = await upload(self._client, channel, thread_ts, name=name, text=text)
        if not isinstance(answer, Posted):
            log.warning("a file was not uploaded", name=name, answer=str(answer))
        return isinstance(answer, Posted)

    async def _post(
        self, client: "AsyncWebClient", to: AnswerTo, text: str, blocks: Sequence[Mapping[str, object]]
    ) -> Answer:
        shown: dict[str, object] = {"text": text, "unfurl_links": False, "unfurl_media": False, "parse": "none"}
        shown |= {"blocks": [dict(block) for block in blocks]} if blocks else {}
        if to.thread_ts:
            thread = {"channel": to.channel, "thread_ts": to.thread_ts}
            return await _call(client, "chat.postMessage", shown | thread)
        if to.channel:
            alone = {key: value for key, value in shown.items() if not key.startswith("unfurl")}
            answer = await _call(client, "chat.postEphemeral", alone | {"channel": to.channel, "user": to.user})
            if not isinstance(answer, Refused) or answer.code not in NOT_THEIRS:
                return answer
        return await _call(client, "chat.postMessage", shown | {"channel": to.user})

    def _key(self, to: AnswerTo, once: str) -> str:
        parts = (to.user, to.response_url, to.channel, to.thread_ts, f"{to.asked_at:.6f}")
        name = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return self._store.key("slack", "answered", name, once)


async def _direct_message(client: "AsyncWebClient", user: str, text: str) -> tuple[str, str]:
    """The channel and the timestamp of a message to that person; "" when Slack did not take it."""
    if not is_safe(text, ()):
        return "", ""
    try:
        answer = await client.api_call("chat.postMessage", json={"channel": user, "text": text, "parse": "none"})
    except failures():
        return "", ""
    return str(answer.get("channel", "")), str(answer.get("ts", ""))


async def _call(client: "AsyncWebClient", method: str, body: Mapping[str, object]) -> Answer:
    try:
        answer = await client.api_call(method, json=dict(body))
    except failures() as error:
        return answer_of(error)
    return Posted(str(answer.get("ts") or answer.get("message_ts") or ""))


@asynccontextmanager
async def open_answers(settings: Settings, store: Store) -> AsyncIterator[Answers]:
    """Answers with an HTTP session of their own while the block runs."""
    async with session_for_slack(settings.proxies()) as session:
        token = settings.slack_bot_token
        client = client_for(token.get_secret_value(), settings.slack_api_url, session) if token else None
        yield Answers(store, Ephemeral(store, session, settings.slack_api_url), client)
