"""`provenance slack setup`, step by step: the app, the tokens, the channel, the first message, the file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.env_file import write_env
from bot.cli.terminal import Terminal
from bot.errors import UsageError
from bot.policy.source import policies_from
from bot.render.plain import plain
from bot.settings import Settings
from bot.slack.classify import answer_of, failures
from bot.slack.greeting import JoinedChannel, greet, joined_channels
from bot.slack.inspect import granted
from bot.slack.problems import advice, problem_of, says, socket_problem
from bot.slack.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.slack.socket_address import socket_address
from bot.slack.transport import Answer, Posted, Refused, RetryLater, Unconfirmed
from bot.slack.web_api import client_for, session_for_slack

TRIES: Final = 5
"""Times that a person may type a token, or look for the bot in a channel."""

BOT, APP, SECRET, CHANNEL = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CHANNEL"

_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    BOT: re.compile(r"xoxb-[A-Za-z0-9-]{1,250}"),
    APP: re.compile(r"xapp-[A-Za-z0-9-]{1,250}"),
    SECRET: re.compile(r"[0-9a-f]{32}"),
}
_WHERE: Final[Mapping[str, str]] = {
    BOT: 'bot token ("OAuth & Permissions", begins with xoxb-)',
    APP: 'app-level token ("Basic Information", "App-Level Tokens", scope connections:write, begins with xapp-)',
    SECRET: 'signing secret ("Basic Information", 32 characters)',
}


class SetupOrder(Struct, frozen=True):
    """What was asked for. `url` "" = Socket Mode; `link` creates the app."""

    link: str
    url: str
    channel: str
    file: Path


async def set_up(settings: Settings, order: SetupOrder, terminal: Terminal) -> bool:
    """Whether it is done. Raises UsageError for what a script has to give, and for what cannot be read."""
    terminal.say(f"1. Create the app in your workspace and install it:\n   {order.link}\n")
    terminal.say("2. Give its tokens." + (" They are not shown." if terminal.is_interactive else ""))
    async with session_for_slack(settings.proxies(local=True)) as session:
        bot = _secret(BOT, settings, terminal)
        client = client_for(bot, settings.slack_api_url, session)
        if not await _token_works(client, terminal):
            return False
        other = SECRET if order.url else APP
        second = _secret(other, settings, terminal)
        if not order.url and not await _socket_works(client, second, terminal):
            return False
        channel = await _channel(client, order.channel or settings.slack_channel, terminal)
        if channel is None:
            return False
        watched = (*settings.watch, *policies_from(settings.policy).watched())
        posted = await greet(client, channel.id, watched, settings.settle)
        if not isinstance(posted, Posted):
            terminal.say(f"   It could not post in #{plain(channel.name)}: {_why(posted)}")
            return False
        terminal.say(f"4. It has posted in #{plain(channel.name)}.")
    address = {"PROVENANCE_BASE_URL": order.url.rstrip("/")} if order.url else {}
    write_env(order.file, {BOT: bot, other: second, CHANNEL: channel.id, **address})
    terminal.say(
        f"5. {order.file} has the variables; only you can read it. Start the bot:\n"
        f"   set -a; . {_shown(order.file)}; set +a; provenance serve --with-worker"
    )
    return True


def _secret(name: str, settings: Settings, terminal: Terminal) -> str:
    """From the environment, or from the person."""
    known = {BOT: settings.slack_bot_token, APP: settings.slack_app_token, SECRET: settings.slack_signing_secret}[name]
    if known is not None and known.get_secret_value().strip():
        terminal.say(f"   {name} is in the environment.")
        return _matching(name, known.get_secret_value().strip())
    if not terminal.is_interactive:
        raise UsageError(f"{name} is not set, and nobody can be asked: set it to the {_WHERE[name]}")
    for _ in range(TRIES):
        typed = terminal.ask_hidden(f"   {_WHERE[name]}: ")
        if _FORMS[name].fullmatch(typed):
            return typed
        terminal.say("   That is not one.")
    raise UsageError(f"no {_WHERE[name]} was given")


def _matching(name: str, value: str) -> str:
    if not _FORMS[name].fullmatch(value):
        raise UsageError(f"{name} is not a {_WHERE[name]}")
    return value


async def _token_works(client: AsyncWebClient, terminal: Terminal) -> bool:
    try:
        answer = await client.auth_test()
    except failures() as error:
        terminal.say(f"   {_why(answer_of(error))}")
        return False
    user, team = (plain(str(answer.get(key, ""))) for key in ("user", "team"))
    terminal.say(f"   The bot token is of {user} in the workspace {team}.")
    scopes = granted(answer)
    missing = sorted(REQUIRED_SCOPES - scopes) if scopes is not None else []
    if missing:
        terminal.say(f"   It does not have the scopes {', '.join(missing)}: add them and install the app again.")
    for scope in sorted(OPTIONAL_SCOPES - scopes) if scopes is not None else ():
        terminal.say(f"   Without the optional scope {scope}, a message whose answer is lost is not looked for.")
    return not missing


async def _socket_works(client: AsyncWebClient, app_token: str, terminal: Terminal) -> bool:
    match await socket_address(client, app_token):
        case str():
            terminal.say("   Slack accepts the app-level token.")
            return True
        case Refused() as refused:
            problem = socket_problem(refused)
            terminal.say(f"   {says(problem)}: {advice(problem)}.")
        case RetryLater(_, why):
            terminal.say(f"   {why}")
    return False


async def _channel(client: AsyncWebClient, wanted: str, terminal: Terminal) -> JoinedChannel | None:
    """The channel to post in: the one that was named, the only one, or the one that the person chooses."""
    for _ in range(TRIES):
        found = await joined_channels(client)
        if not isinstance(found, tuple):
            terminal.say(f"   {_why(found)}")
            return None
        terminal.say(f"3. The bot is in {', '.join(f'#{plain(one.name)}' for one in found) or 'no channel'}.")
        chosen = _chosen(found, wanted)
        if chosen is not None or not terminal.is_interactive:
            if chosen is None:
                terminal.say(f"   {_invite(wanted)} Then run this again, with --channel if it is in several.")
            return chosen
        if found and not wanted:
            wanted = terminal.ask("   In which one does it post? #")
        else:
            terminal.ask(f"   {_invite(wanted)} Then press Enter. ")
    return None


def _chosen(found: tuple[JoinedChannel, ...], wanted: str) -> JoinedChannel | None:
    if not wanted:
        return found[0] if len(found) == 1 else None
    return next((one for one in found if wanted.removeprefix("#") in {one.name, one.id}), None)


def _invite(wanted: str) -> str:
    return f"Type /invite @provenance in {wanted or 'the channel that it should post in'}."


def _why(answer: Answer) -> str:
    match answer:
        case Refused() as refused if (problem := problem_of(refused)) is not None:
            return f"{says(problem)}: {advice(problem)}."
        case Refused(code):
            return f"Slack refuses it ({code})."
        case RetryLater(_, why) | Unconfirmed(why):
            return f"{why}. Please try again."
        case Posted():
            return ""


def _shown(file: Path) -> str:
    return str(file) if "/" in str(file) else f"./{file}"
