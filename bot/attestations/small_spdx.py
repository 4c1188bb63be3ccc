"""An SPDX 2 document that was parsed as a whole, summarised without a second look at its bytes."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from bot.attestations import spdx
from bot.attestations.sbom import Sbom
from bot.attestations.sbom_draft import Draft
from bot.attestations.sbom_keys import KEYS, read_said
from bot.errors import MalformedError
from bot.oci.ambiguity import by_fold, folded

_READERS: Final = {
    "creationInfo": spdx.read_creation,
    "packages": spdx.read_packages,
    "relationships": spdx.read_relationships,
    "documentDescribes": spdx.read_described,
}
_SAID: Final = ("spdxVersion", "specVersion", "name")
_OTHERS: Final = frozenset(KEYS) - {*_READERS, *_SAID}
"""Of other formats, which are read from the bytes."""


class ParsedPlace:
    """A parsed value walked over as `Scan` walks over its bytes. None of its objects had a key twice."""

    def __init__(self, value: object, *, what: str) -> None:
        self._value: Any = value
        self._what = what

    def members(self, *wanted: str) -> Iterator[str]:
        """See `Scan`."""
        whole = self._value
        if whole is None:
            return
        if not isinstance(whole, dict):
            raise MalformedError(f"{self._what} is not JSON: '{{' is missing")
        for key in filter(whole.__contains__, wanted):
            self._value = whole[key]
            yield key
        self._value = whole

    def built(self, *_wanted: str, mentioning: tuple[bytes, ...] = ()) -> Iterator[list[Any]]:  # noqa: ARG002 - all
        """See `Scan`: all elements at once, with more than was wanted, and they may be anything."""
        if self._value is None:
            return
        if not isinstance(self._value, list):
            raise MalformedError(f"{self._what} is not JSON: '[' is missing")
        yield self._value

    def text(self) -> str:
        """See `Scan`."""
        return self._value if isinstance(self._value, str) else ""


def read_small_spdx(predicate: object, *, what: str) -> Sbom | None:
    """What `read_sbom` says of the bytes that this was parsed from; None where they have to be looked at."""
    if not isinstance(predicate, dict) or _is_strange(predicate):
        return None
    with suppress(MalformedError):
        draft = Draft()
        for key, value in predicate.items():  # in the order of the document, as `read_sbom`
            place = ParsedPlace(value, what=what)
            if reader := _READERS.get(key):
                reader(place, draft)
            elif key in _SAID:
                read_said(key, place.text(), draft)
        if draft.roots:
            spdx.leave_root_out(ParsedPlace(predicate.get("packages"), what=what), draft)
        return draft.finish() if draft.formats == ["spdx"] else None
    return None


def _is_strange(document: Mapping[str, object]) -> bool:
    """Whether it has keys of other formats, or some that other readers take for those that we read."""
    creation = document.get("creationInfo")
    return (
        not _OTHERS.isdisjoint(document)
        or bool(folded(document, by_fold(KEYS)))
        or (isinstance(creation, dict) and bool(folded(creation, by_fold(spdx.CREATION))))
    )
