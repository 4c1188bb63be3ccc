"""Looks at the Slack setup: the token, its scopes, and every channel that is to be posted in."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.slack.channels import Channels
from bot.slack.classify import answer_of, failures
from bot.slack.problems import RENEWAL_PROBLEMS, SOCKET_PROBLEMS, problem_of
from bot.slack.scopes import REQUIRED_SCOPES
from bot.slack.transport import Answer, Refused
from bot.store import Store
from bot.store.slack_problems import ProblemCode, SlackProblem

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

LOOKED_FOR: Final = frozenset(ProblemCode) - SOCKET_PROBLEMS - RENEWAL_PROBLEMS
"""What a look finds out."""

CHANNELS_MAX: Final = 100
"""Channels that one look asks about: conversations.info allows 50 calls a minute."""

PUBLIC: Final = "chat:write.public"
"""With this scope, which we do not ask for, a bot may post in public channels that it is not in."""

_UNREACHABLE: Final = SlackProblem(code=ProblemCode.UNREACHABLE)


class SlackFacts(Struct, frozen=True):
    """What a look found. `scopes` is None if Slack did not name them."""

    team: str = ""
    team_name: str = ""
    bot_name: str = ""
    scopes: frozenset[str] | None = None
    channels: tuple[str, ...] = ()  # that can be posted in, as they were named
    problems: tuple[SlackProblem, ...] = ()


async def inspect(client: "AsyncWebClient", store: Store, names: Iterable[str]) -> SlackFacts:
    """Look at the token and these channels, which are names or ids. May raise StoreError."""
    try:
        answer = await client.auth_test()
    except failures() as error:
        return SlackFacts(problems=(_problem(answer_of(error)),))
    scopes = granted(answer)
    problems = [] if scopes is None else [_missing(scope) for scope in sorted(REQUIRED_SCOPES - scopes)]
    team, wanted = str(answer.get("team_id", "")), sorted(set(names))[:CHANNELS_MAX]
    if not wanted:
        problems.append(SlackProblem(code=ProblemCode.NO_CHANNEL))
    good = []
    for name in wanted:
        problem = await _channel(client, Channels(client, store, team), name)
        if problem is not None and problem.code is ProblemCode.NOT_IN_CHANNEL and PUBLIC in (scopes or ()):
            problem = None
        if problem is None:
            good.append(name)
        else:
            problems.append(problem)
    return SlackFacts(
        team,
        str(answer.get("team", "")),
        str(answer.get("user", "")),
        scopes,
        tuple(good),
        tuple(dict.fromkeys(problems)),
    )


def granted(answer: "AsyncSlackResponse") -> frozenset[str] | None:
    """The scopes of the token that made the call, from the answer's header; None without one."""
    headers = {str(name).lower(): value for name, value in (answer.headers or {}).items()}
    listed = headers.get("x-oauth-scopes")
    return frozenset(part.strip() for part in str(listed).split(",") if part.strip()) if listed is not None else None


async def _channel(client: "AsyncWebClient", channels: Channels, name: str) -> SlackProblem | None:
    """What stands in the way of a post there."""
    found = await channels.id_of(name)
    if not isinstance(found, str):
        return _problem(found, name)
    try:
        answer = await client.conversations_info(channel=found)
    except failures() as error:
        return _problem(answer_of(error), name)
    about = answer.get("channel") or {}
    if about.get("is_archived"):
        return SlackProblem(code=ProblemCode.CHANNEL_ARCHIVED, where=name)
    if about.get("is_member") is False:
        return SlackProblem(code=ProblemCode.NOT_IN_CHANNEL, where=name)
    return None


def _problem(answer: Answer, where: str = "") -> SlackProblem:
    """Of a failed call; whatever is not a known refusal says nothing about the setup."""
    known = problem_of(answer, where) if isinstance(answer, Refused) else None
    return known or _UNREACHABLE


def _missing(scope: str) -> SlackProblem:
    return SlackProblem(code=ProblemCode.SCOPE_MISSING, needed=scope)
