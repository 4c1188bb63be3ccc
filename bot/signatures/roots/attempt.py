"""Several roots may vouch for the same authority, an old file and a new one: one that proves it is enough."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.errors import RefusedError, SignatureError, UndecidableError
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import TrustedRoot

T = TypeVar("T")


def first_that_holds(roots: Iterable[TrustedRoot], verify: Callable[[TrustedRoot], T]) -> T:
    """The first proof. Without any: undecided when one root could not tell, else refused for the first reason."""
    failures: list[SignatureError] = []
    for root in roots:
        try:
            return verify(root)
        except (RefusedError, UndecidableError) as error:
            failures.append(error)
    failures.sort(key=lambda error: isinstance(error, RefusedError))
    raise failures[0] if failures else UndecidableError(SignatureReason.NO_ROOT, "no trusted root is configured")
