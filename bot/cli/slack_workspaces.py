"""`provenance slack workspaces`, `key`, `rekey` and `forget`: the workspaces that installed the app."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from bot.errors import MalformedError, SettingsError, UsageError
from bot.render.counted import counted
from bot.render.plain import plain
from bot.settings import Settings
from bot.slack.problems import says
from bot.slack.workspaces import OAuthOptions, oauth_options
from bot.store import Store, open_store
from bot.store.slack_problems import SlackProblems
from bot.store.workspaces import InstallationFacts, Installations, Leaving, SealError
from bot.store.workspaces import sealing as _sealing

Say: TypeAlias = Callable[[str], object]


def new_key(name: str) -> str:
    """An entry for PROVENANCE_SLACK_TOKEN_KEYS. Raises UsageError."""
    try:
        return _sealing.new_key(name)
    except MalformedError as error:
        raise UsageError(str(error)) from None


async def _listed(settings: Settings, name: str, say: Say) -> bool:  # noqa: ARG001 - the same for all actions
    """A line for each; False if a token cannot be read or renewed."""
    options = _options(settings)
    async with open_store(settings) as store:
        installations = Installations(store, options.keys)
        found = await installations.all()
        unreadable = await installations.unreadable()
        problems = {facts.team: await _problems(store, facts) for facts in found}
        for facts in found:
            state = "token cannot be read" if facts.team in unreadable else ", ".join(problems[facts.team]) or "ok"
            since = datetime.fromtimestamp(facts.at, UTC).date().isoformat()
            say(f"{facts.team}  {plain(facts.name)}  since {since}  {state}\n")
    if not found:
        say(f"No workspace has installed the app yet. People do so at {options.install_url}\n")
    return not unreadable and not any(problems.values())


async def _rekey(settings: Settings, name: str, say: Say) -> bool:  # noqa: ARG001
    """The old keys are not needed any more afterwards."""
    options = _options(settings)
    async with open_store(settings) as store:
        try:
            count = await Installations(store, options.keys).reseal()
        except SealError as error:
            raise UsageError(f"{error}; put it behind the new one in PROVENANCE_SLACK_TOKEN_KEYS") from None
    tokens = counted(count, "token is", "tokens are")
    say(f"{tokens} sealed with the key {options.keys.first} now. The other keys can be removed.\n")
    return True


async def _forget(settings: Settings, name: str, say: Say) -> bool:
    """For a workspace whose removal the bot did not hear of."""
    options = _options(settings)
    if not name:
        raise UsageError("name the workspace, such as T0123ABCD; `provenance slack workspaces` lists them")
    async with open_store(settings) as store:
        removed = await Installations(store, options.keys).remove(name)
        if removed is None:
            say(f"The workspace {plain(name)} has not installed the app.\n")
            return False
        await Leaving(store).round()
    say(f"The token of {removed.team} and all that was remembered for it are deleted.\n")
    return True


ACTIONS: Final[Mapping[str, Callable[[Settings, str, Say], Coroutine[None, None, bool]]]] = {
    "workspaces": _listed,
    "rekey": _rekey,
    "forget": _forget,
}
"""Each says whether all is well. Raises SettingsError, UsageError and StoreError."""


def _options(settings: Settings) -> OAuthOptions:
    options = oauth_options(settings)
    if options is None:
        raise SettingsError("PROVENANCE_SLACK_CLIENT_ID: is not set, so no workspace installs the app (OAuth)")
    return options


async def _problems(store: Store, facts: InstallationFacts) -> list[str]:
    return [says(problem) for problem in await SlackProblems(store.of(facts.workspace)).all() if problem.is_broken]
