"""Settings that count only beside others: which have no effect, and which contradict each other."""

from collections.abc import Iterator
from typing import Final

from bot.errors import SettingsError
from bot.oci.mirrors import Mirrors
from bot.settings import Exposure, Settings

_SWITCHED_ON_BY: Final = {
    "tuf_root": "tuf",
    "tuf_cache": "tuf",
    "no_proxy": "proxy",
    "pages_host": "pages_port",
    "forwarded_header": "forwarded",
}
"""A setting, and the one without which nothing reads it."""

_LOGIN: Final = ("oidc_", "session_")
"""How settings begin that only a login reads."""


def require_together(settings: Settings) -> None:
    """Raises SettingsError for settings that contradict each other, and for tables that do not hold as a whole.

    The tables belong to workers, but a web process that starts with a wrong one hides it until a check is asked for.
    """
    if settings.settle > settings.settle_max:
        raise SettingsError(
            f"PROVENANCE_SETTLE: {settings.settle:g} is more than PROVENANCE_SETTLE_MAX, which is"
            f" {settings.settle_max:g}; raise that, too"
        )
    settings.registry_options()
    Mirrors(settings.mirrors)


def without_effect(settings: Settings) -> Iterator[str]:
    """A sentence for each setting that somebody has set and nothing reads."""
    told = settings.model_fields_set
    for name in sorted(told):
        switch = _SWITCHED_ON_BY.get(name, "")
        if switch and not _is_on(settings, switch):
            yield f"{_variable(name)} has no effect without {_variable(switch)}"
        if name.startswith(_LOGIN) and settings.pages is not Exposure.LOGIN and name != "oidc_issuer":
            yield f"{_variable(name)} has no effect without PROVENANCE_PAGES=login"
    if "pages_port" in told and settings.pages is Exposure.OFF:
        yield "PROVENANCE_PAGES_PORT has no effect with PROVENANCE_PAGES=off"
    if settings.tuf and not settings.public_root:
        yield "PROVENANCE_TUF has no effect with PROVENANCE_PUBLIC_ROOT=false: only PROVENANCE_TRUSTED_ROOTS counts"


def _is_on(settings: Settings, name: str) -> bool:
    return getattr(settings, name) not in (None, "", ())


def _variable(name: str) -> str:
    return f"PROVENANCE_{name.upper()}"
