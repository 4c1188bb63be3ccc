"""Several workspaces (OAuth): the app's own secrets, and the installation of each."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown, warning
from bot.errors import SettingsError
from bot.jobs.workspaces.policies import WorkspacePolicies
from bot.render.counted import counted
from bot.render.plain import plain
from bot.slack.problems import advice, says
from bot.slack.transport import Refused
from bot.slack.web_api import session_for_slack
from bot.slack.workspaces import OAuthOptions, oauth_options
from bot.slack.workspaces.exchange import AppClient, TokenExchange
from bot.store import Store
from bot.store.slack_problems import SlackProblems
from bot.store.workspaces import InstallationFacts, Installations

SHOWN_MAX: Final = 50
"""Workspaces that are named; the others are counted."""

NOT_A_TOKEN: Final = "asked-by-the-doctor"  # noqa: S105 - and no code either
"""Slack refuses it, with another word for it than for an app that it does not know."""

_WRONG_APP: Final = frozenset({"invalid_client_id", "bad_client_secret"})


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """What must be set, whether Slack knows the app, and whether each token can be read."""
    try:
        options = oauth_options(patient.settings)
        if options is None:
            return
        WorkspacePolicies(options).require()
    except SettingsError as wrong:
        yield error(str(wrong), "set what is missing, or take PROVENANCE_SLACK_CLIENT_ID out")
        return
    yield ok(f"workspaces install the app at {options.install_url}")
    yield await _app(patient, options)
    if patient.store is None:
        yield unknown("the workspaces could not be looked at without the store")
        return
    async for line in _installed(patient.store, options):
        yield line


async def _app(patient: Patient, options: OAuthOptions) -> DoctorLine:
    """Nothing is exchanged: what is asked for is not a token."""
    async with session_for_slack(patient.settings.proxies()) as session:
        client = AppClient(patient.settings.slack_api_url, session)
        answer = await TokenExchange(client, options.client_id, options.client_secret).refresh(NOT_A_TOKEN)
    match answer:
        case Refused(code) if code in _WRONG_APP:
            return error("Slack does not know the app by its client id and secret", "copy both from the app's settings")
        case Refused():
            return ok("Slack knows the app by its client id and secret")
        case _:
            return unknown("Slack did not say whether it knows the app")


async def _installed(store: Store, options: OAuthOptions) -> AsyncIterator[DoctorLine]:
    installations = Installations(store, options.keys)
    found, unreadable = await installations.all(), await installations.unreadable()
    yield ok(counted(len(found), "workspace has the app", "workspaces have the app"))
    for team in unreadable[:SHOWN_MAX]:
        yield error(
            f"the token of the workspace {plain(team)} cannot be read",
            "set its key in PROVENANCE_SLACK_TOKEN_KEYS, or install the app there again",
        )
    for facts in found[:SHOWN_MAX]:
        for problem in await SlackProblems(store.of(facts.workspace)).all():
            yield warning(f"{_named(facts)}: {says(problem)}", advice(problem))
    old = [facts for facts in found if (stored := await installations.of(facts.team)) and _is_old(stored.key, options)]
    if old:
        yield warning(
            f"{counted(len(old), 'token is', 'tokens are')} sealed with an older key", "run `provenance slack rekey`"
        )
    if len(found) > SHOWN_MAX:
        yield ok(f"and {len(found) - SHOWN_MAX} more, see `provenance slack workspaces`")


def _is_old(key: str, options: OAuthOptions) -> bool:
    return key != options.keys.first


def _named(facts: InstallationFacts) -> str:
    since = datetime.fromtimestamp(facts.at, UTC).date().isoformat()
    return f"{plain(facts.name) or facts.team} ({facts.team}, since {since})"


check = DoctorCheck("slack", 45, look)
