"""Imports aiohttp without the certificates of authorities: they are loaded for the first connection over TLS.

aiohttp loads them twice while it is imported, also in a program that asks over http alone, or asks nobody. A context
that has not loaded them yet trusts nobody: an error here refuses a connection, and accepts none.
If aiohttp was imported before this is called, everything still works.
"""

import ssl
import sys
from typing import Any, Final

_LOAD: Final = "set_default_verify_paths"


class LateAuthorities(ssl.SSLContext):
    """Loads what this machine trusts when it is first used, and is a plain context from then on."""

    def wrap_bio(self, *args: Any, **named: Any) -> ssl.SSLObject:  # noqa: ANN401 - as the base class has it
        """As the base class does; asyncio's way."""
        self._load()
        return self.wrap_bio(*args, **named)

    def wrap_socket(self, *args: Any, **named: Any) -> ssl.SSLSocket:  # noqa: ANN401 - as the base class has it
        """As the base class does."""
        self._load()
        return self.wrap_socket(*args, **named)

    def _load(self) -> None:
        self.set_default_verify_paths()
        self.__class__ = ssl.SSLContext  # type: ignore[assignment]  # nothing is left to be done


def import_client() -> None:
    """Import aiohttp, unless it is imported already."""
    if "aiohttp" in sys.modules or _LOAD in vars(ssl.SSLContext):  # the latter: another library looks after them
        return
    contexts: list[ssl.SSLContext] = []
    setattr(ssl.SSLContext, _LOAD, lambda context: contexts.append(context))  # noqa: PLW0108 - a method, not a bound one
    try:
        import aiohttp  # noqa: F401, PLC0415 - this is what it is for
    finally:
        delattr(ssl.SSLContext, _LOAD)
    for context in contexts:
        context.__class__ = LateAuthorities
