"""The pages: who may see them, whether visitors can log in, and whether visitors behind a proxy are told apart."""

from collections.abc import AsyncIterator
from typing import Final

from yarl import URL

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, warning
from bot.errors import ProviderUnavailableError, SettingsError
from bot.login.client import LoginClient
from bot.login.options import LoginOptions
from bot.settings import Exposure, Settings

SHOWN: Final = {
    Exposure.PUBLIC: "everybody who can reach them sees them and may ask for checks (PROVENANCE_PAGES=public)",
    Exposure.READ_ONLY: "everybody who can reach them sees them (PROVENANCE_PAGES=read-only)",
    Exposure.OFF: "they are off",
}


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """Who may see them; then what visitors come through."""
    settings = patient.settings
    try:
        login = settings.login_options()
    except SettingsError as wrong:
        yield error(str(wrong), "docs/login.md has an example")
        return
    yield ok(SHOWN[settings.pages]) if login is None else await _provider(login)
    if settings.pages is not Exposure.OFF:
        for line in _proxy(settings):
            yield line


async def _provider(login: LoginOptions) -> DoctorLine:
    host = URL(login.issuer).host
    try:
        found = await LoginClient(login).usable_keys()
    except ProviderUnavailableError as away:
        return error(f"nobody can log in: {away}", "see docs/login.md")
    if not found:
        return error(f"nobody can log in: {host} publishes no key that may sign", "use an RS256, PS256 or ES256 key")
    return ok(f"visitors log in at {host}, which answers")


def _proxy(settings: Settings) -> list[DoctorLine]:
    lines = []
    if settings.base_url.startswith("https://") and not settings.forwarded:
        said = "PROVENANCE_FORWARDED is empty, so all visitors behind the proxy count as one"
        lines.append(warning(said, "list the proxy's address, for example PROVENANCE_FORWARDED=127.0.0.1"))
    if settings.pages is Exposure.LOGIN and settings.base_url.startswith("http://"):
        lines.append(warning("the cookies of sessions are sent without TLS", "set PROVENANCE_BASE_URL to https://…"))
    return lines


check = DoctorCheck("pages", 80, look)
