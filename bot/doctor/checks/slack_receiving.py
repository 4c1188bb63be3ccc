"""How Slack's requests come in: a socket, or a public address and the secret that signs them."""

from collections.abc import AsyncIterator, Iterator
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown, warning
from bot.slack.problems import SOCKET_PROBLEMS, advice, says, socket_problem
from bot.slack.socket_address import socket_address
from bot.slack.transport import Refused, RetryLater
from bot.store.slack_problems import SlackProblems

SECRET_LENGTH: Final = 32
"""Characters of a signing secret."""


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """The app token by asking for a link; the signing secret and the address only by their looks."""
    settings = patient.settings
    if patient.slack is None:
        return
    if settings.slack_app_token is not None:
        async for line in _socket(patient, settings.slack_app_token.get_secret_value(), patient.slack):
            yield line
    secret = settings.slack_signing_secret.get_secret_value().strip() if settings.slack_signing_secret else ""
    if secret:
        for line in _http(secret, settings.outside_url):
            yield line
    if settings.slack_app_token is None and not secret:
        yield error(
            "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set",
            "run `provenance slack setup`",
        )


async def _socket(patient: Patient, app_token: str, client: AsyncWebClient) -> AsyncIterator[DoctorLine]:
    match await socket_address(client, app_token):
        case str():
            yield ok("Slack accepts the app token (Socket Mode)")
        case Refused() as refused:
            yield error(says(socket_problem(refused)), advice(socket_problem(refused)))
        case RetryLater(_, why):
            yield unknown(f"the app token could not be tried: {why}")
    for problem in await SlackProblems(patient.store).all() if patient.store else ():
        if problem.code in SOCKET_PROBLEMS:
            yield error(f"the running bot says: {says(problem)}", advice(problem))


def _http(secret: str, address: str) -> Iterator[DoctorLine]:
    if len(secret) != SECRET_LENGTH:
        yield warning("the signing secret does not look like one of Slack's", "copy it from the app's settings")
    if address.startswith("https://"):
        yield ok(f"Slack has to send its requests to {address}/slack/events")
    else:
        yield warning(
            "Slack sends requests only to an https address",
            "set PROVENANCE_BASE_URL to the public one, or PROVENANCE_WEBHOOKS_URL if the pages are elsewhere",
        )


check = DoctorCheck("slack", 50, look)
