"""Which registries do not answer at this moment: an audit of 500 tags does not ask them 500 times."""

from typing import Final

from bot.errors import RateLimitedError, RegistryError, UnavailableError

FAILURES_MAX: Final = 3
"""Failures in a row; each has been tried several times already."""


class SilentHosts:
    """Counts what goes wrong at each registry."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._silent: dict[str, str] = {}

    def why_not(self, host: str) -> str:
        """Why that registry is not asked any more, "" when it is."""
        return self._silent.get(host, "")

    def answered(self, host: str) -> None:
        """It did."""
        self._failures.pop(host, None)

    def failed(self, host: str, error: RegistryError) -> None:
        """It did not give what was asked for. A refusal about one image says nothing about the next one."""
        if not isinstance(error, RateLimitedError | UnavailableError):
            return
        self._failures[host] = self._failures.get(host, 0) + 1
        if isinstance(error, RateLimitedError) or self._failures[host] >= FAILURES_MAX:
            self._silent.setdefault(host, f"not asked, because {host} does not answer: {error}")
