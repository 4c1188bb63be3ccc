"""Sees which addresses this process dials."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_connecting: list[list[object]] = []


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        for addresses in _connecting:
            addresses.append(arguments[1])


sys.addaudithook(_note)  # cannot be taken away again; it costs nothing while nobody listens


@contextmanager
def connections() -> Iterator[list[object]]:
    """Every address that this process dials inside of the block."""
    addresses: list[object] = []
    _connecting.append(addresses)
    try:
        yield addresses
    finally:
        _connecting.remove(addresses)
