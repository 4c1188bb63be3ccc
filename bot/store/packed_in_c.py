"""Connections to the store that pack their commands in C; redis-py packs them in Python, which is slower."""

from collections.abc import Mapping
from typing import Any, Final

from hiredis import pack_command
from redis.asyncio import Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import DataError


class PackedInC(AbstractConnection):
    """Packs commands as redis-py does."""

    def pack_command(self, *args: Any) -> list[bytes]:  # noqa: ANN401 - redis-py's signature
        """redis-py's own, in C. Raises DataError for what a command cannot hold."""
        name = args[0].encode() if isinstance(args[0], str) else args[0]
        try:
            return [pack_command((*name.split(), *args[1:]))]
        except (TypeError, UnicodeEncodeError) as error:
            raise DataError(f"a command cannot be packed ({type(error).__name__})") from error


class _Tcp(PackedInC, Connection):
    pass


class _Tls(PackedInC, SSLConnection):
    pass


class _Unix(PackedInC, UnixDomainSocketConnection):
    pass


PACKED: Final[Mapping[type[AbstractConnection], type[AbstractConnection]]] = {
    Connection: _Tcp,
    SSLConnection: _Tls,
    UnixDomainSocketConnection: _Unix,
}
"""redis-py's class for an address, and ours in its place; for connections that are not `Cancelling`."""
