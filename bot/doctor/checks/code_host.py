"""The code host (GitHub): whether its API answers, and takes the token."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

from yarl import URL

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown
from bot.errors import SourceUnavailableError
from bot.workflows.github_exchange import Exchange
from bot.workflows.hosts import open_session

ANSWER_MAX: Final = 64 * 1024
"""Bytes; it says some ten numbers."""


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """One question that counts against no limit: https://docs.github.com/en/rest/rate-limit/rate-limit."""
    options = patient.settings.github_options()
    if not options.api:
        yield ok("none is asked: PROVENANCE_GITHUB_API is empty")
        return
    host = URL(options.api).host
    async with open_session(options) as (session, guard):
        exchange = Exchange(session, options.api, options.token, guard)
        try:
            answer = await exchange.ask("GET", f"{options.api}/rate_limit", what=str(host), limit=ANSWER_MAX)
        except SourceUnavailableError as failed:
            yield unknown(
                f"no answer from {failed}",
                "its attestations are unknown until it does; if nothing can reach it, set PROVENANCE_GITHUB_API=",
            )
            return
    if answer.status == HTTPStatus.UNAUTHORIZED and options.token is None:
        yield error(f"{host} answers nobody without a token", "set PROVENANCE_GITHUB_TOKEN")
    elif answer.status == HTTPStatus.UNAUTHORIZED:
        yield error(f"{host} refuses PROVENANCE_GITHUB_TOKEN", "make a new token, or leave the variable out")
    elif options.token is not None:
        yield ok(f"{host} takes the token")
    else:
        yield ok(f"{host} answers; without PROVENANCE_GITHUB_TOKEN, 60 questions an hour")


check = DoctorCheck("code host", 75, look)
