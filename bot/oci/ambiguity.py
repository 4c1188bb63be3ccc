r"""JSON documents that two readers may read in two ways, and where that is noted.

Go's decoder takes the last of equal keys, and matches the names of fields without regard to case: `Manifests` and
`manife\u017fts` are `manifests` to it. Other readers take the exact key, or the first.
https://pkg.go.dev/encoding/json#Unmarshal
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from bot.errors import OverLimitError

NOTICES_MAX: Final = 64
"""Ambiguities that are kept of one image; one is enough to refuse it, and a hostile document has millions."""

KEY_MAX: Final = 80
"""Characters of a key that are kept; it may be of any length."""

KEYS_MAX: Final = 100_000
"""Keys of one object that is walked over, equal ones included; what we walk over has a dozen."""

Pairs = list[tuple[str, Any]]


class Twofold(StrEnum):
    """In which way a document can be read twice."""

    REPEATED_KEY = "repeated-key"
    FOLDED_KEY = "folded-key"
    INDEX_AND_MANIFEST = "index-and-manifest"
    MEDIA_TYPES = "media-types"
    EMBEDDED_DATA = "embedded-data"
    REFERENCES = "references"
    DESCRIPTORS = "descriptors"


class Ambiguity(Struct, frozen=True):
    """One thing in one document that has two readings. `key` is cut to KEY_MAX; `detail` says more."""

    kind: Twofold
    document: str  # its digest
    key: str
    detail: str = ""


class Notices(Struct):
    """The ambiguities of one image, each once, at most NOTICES_MAX of them."""

    _found: dict[Ambiguity, None]

    def add(self, ambiguity: Ambiguity) -> None:
        """Keep it."""
        if len(self._found) < NOTICES_MAX:
            self._found.setdefault(ambiguity)

    @property
    def all(self) -> tuple[Ambiguity, ...]:
        """In an order that does not depend on which answer came first."""
        return tuple(sorted(self._found, key=lambda found: (found.document, found.kind, found.key, found.detail)))


_notices: ContextVar[Notices | None] = ContextVar("notices", default=None)
_document: ContextVar[str] = ContextVar("document", default="")


@contextmanager
def noticing() -> Iterator[Notices]:
    """Collect what is ambiguous in all documents that are read inside, in tasks and threads, too."""
    notices = Notices({})
    token = _notices.set(notices)
    try:
        yield notices
    finally:
        _notices.reset(token)


class DocumentReading:
    """The context manager of `reading`. A class: each document has one, and a generator is slower."""

    __slots__ = ("_document", "_token")
    _token: Token[str]

    def __init__(self, document: str) -> None:
        self._document = document

    def __enter__(self) -> None:
        self._token = _document.set(self._document)

    def __exit__(self, *_: object) -> None:
        _document.reset(self._token)


def reading(document: str) -> DocumentReading:
    """Name the document that is read inside by its digest. Outside of one, nothing is noted."""
    return DocumentReading(document)


def watching() -> Notices | None:
    """Where what is ambiguous is collected at this moment."""
    return _notices.get()


def is_watched() -> bool:
    """Whether the document that is read at this moment is one that a verdict rests on."""
    return bool(_document.get()) and _notices.get() is not None


def notice(kind: Twofold, key: str, detail: str = "") -> None:
    """Tell of an ambiguity in the document that is read at this moment."""
    notices, document = _notices.get(), _document.get()
    if notices is not None and document:
        notices.add(Ambiguity(kind, document, key[:KEY_MAX], detail))


@lru_cache(maxsize=4096)
def fold(key: str) -> str:
    """What all keys have in common that some reader takes for the same.

    Wider than Go's folding: upper-casing first finds what Java's equalsIgnoreCase would match, such as a dotless i.
    """
    return key.upper().casefold()


def folded(keys: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """The keys that are not known but fold to a known one, with what they fold to.

    `known` are the exact names by their folded form.
    """
    found = {}
    for key in keys:
        name = known.get(fold(key) if len(key) <= KEY_MAX else key)
        if name is not None and name != key:
            found[key] = name
    return found


@lru_cache(maxsize=256)
def by_fold(names: tuple[str, ...]) -> dict[str, str]:
    """Names by their folded form, for `folded`."""
    return {fold(name): name for name in names}


def has_repeated(text: str) -> bool:
    """Whether a key stands twice in some object. The text is known to be JSON."""
    found = False

    def visit(pairs: Pairs) -> None:
        nonlocal found
        if len(pairs) > 1 and len(dict(pairs)) != len(pairs):
            found = True

    _visit_objects(text, visit)
    return found


def notice_repeated(text: str) -> bool:
    """Tell of every key that stands twice in an object. True when there is one. The text is known to be JSON."""
    if not has_repeated(text):
        return False

    def visit(pairs: Pairs) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                notice(Twofold.REPEATED_KEY, key)
            seen.add(key)

    _visit_objects(text, visit)
    return True


def _visit_objects(text: str, visit: Callable[[Pairs], None]) -> None:
    # Every object becomes None as soon as it has been looked at, and numbers stay text: memory stays small.
    json.loads(text, object_pairs_hook=visit, parse_int=str, parse_float=str)


def with_all(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    """The document with the lists under equal keys put together: the reading that shows most."""

    def join(pairs: Pairs) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for key, value in pairs:
            before = document.get(key)
            if isinstance(before, list) and isinstance(value, list):
                before.extend(value)  # both were made for this document alone; a new list each time would be slow
            else:
                document[key] = value
        return document

    return json.loads(text, object_pairs_hook=join)


def joined(one: object, other: object) -> object:
    """Two values of one key: lists together; else the later one, as most readers take it."""
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return other


class ObjectKeys:
    """The keys of one object that is walked over: those that occur twice, or fold to a wanted one."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self._wanted = by_fold(wanted)
        self._seen: set[int] = set()
        self._count = 0

    def look(self, key: str, *, what: str) -> None:
        """Report the key when it is ambiguous. Raises OverLimitError when there are more than KEYS_MAX."""
        self._count += 1
        if self._count > KEYS_MAX:
            raise OverLimitError(f"{what} has an object of more than KEYS_MAX = {KEYS_MAX} keys")
        if not is_watched():
            return
        if hash(key) in self._seen:  # of this process, seeded: an attacker cannot make two keys collide
            notice(Twofold.REPEATED_KEY, key)
        if folded((key,), self._wanted):
            notice(Twofold.FOLDED_KEY, key)
        self._seen.add(hash(key))
