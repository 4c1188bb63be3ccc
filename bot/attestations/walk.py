"""A JSON value walked over: in its bytes (`Scan`), or parsed (`Built`). Both say the same of the same JSON."""

from collections.abc import Iterator
from json import JSONDecoder
from typing import Any, Final, Protocol

from bot.errors import MalformedError, RepeatedKeyError
from bot.oci.ambiguity import ObjectKeys, by_fold, folded

SHAPES_MAX: Final = 64
"""Lists of keys that are remembered as having nothing ambiguous; most objects of an SBOM have one of a few."""

_OPENING: Final[dict[type, bytes]] = {tuple: b"{", list: b"[", str: b'"'}
_DECODER: Final = JSONDecoder(object_pairs_hook=tuple)


class Walk(Protocol):
    """A place in a JSON document. See `Scan` for what these do; they raise MalformedError."""

    def members(self, *wanted: str) -> Iterator[str]:
        """The wanted keys of the object here, each with the walk at its value."""

    def elements(self) -> Iterator[None]:
        """The elements of the list here, each with the walk at it."""

    def walked(self, mentioning: tuple[bytes, ...] = ()) -> Iterator["Walk"]:
        """The elements of the list here, each as a walk of it."""

    def text(self) -> str:
        """The string here; "" when it is something else."""

    def sees(self, byte: bytes) -> bool:
        """Whether the value here begins with that byte."""


class Shapes:
    """Lists of keys in which nothing is ambiguous, so that each is looked at once."""

    def __init__(self) -> None:
        self._plain: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()

    def look(self, keys: tuple[str, ...], wanted: tuple[str, ...], *, what: str) -> None:
        """Report what is ambiguous. Raises RepeatedKeyError when a wanted key is there twice."""
        if (keys, wanted) in self._plain:
            return
        if len(set(keys)) == len(keys) and not folded(keys, by_fold(wanted)):
            if len(self._plain) < SHAPES_MAX:
                self._plain.add((keys, wanted))
            return
        seen = ObjectKeys(wanted)
        for key in keys:
            seen.look(key, what=what)
        for key in wanted:
            if keys.count(key) > 1:
                raise RepeatedKeyError(f"{what} can be read in two ways: the key {key!r} occurs twice")


class Built:
    """A parsed value: objects are tuples of keys and values, so that equal keys are still there."""

    def __init__(self, value: object, shapes: Shapes, *, what: str) -> None:
        self._value: Any = value
        self._shapes = shapes
        self._what = what

    @classmethod
    def elements_of(cls, text: str, shapes: Shapes, *, what: str) -> Iterator["Built"]:
        """The elements of a list whose text is known to be JSON."""
        for element in _DECODER.decode(text):
            yield cls(element, shapes, what=what)

    def members(self, *wanted: str) -> Iterator[str]:
        """See `Walk`."""
        pairs = self._value
        if pairs is None:
            return
        if not isinstance(pairs, tuple):
            raise MalformedError(f"{self._what} is not JSON: '{{' is missing")
        self._shapes.look(tuple([key for key, _ in pairs]), wanted, what=self._what)
        for key, value in pairs:
            if key in wanted:
                self._value = value
                yield key
        self._value = pairs

    def elements(self) -> Iterator[None]:
        """See `Walk`."""
        for _ in self.walked():
            yield None

    def walked(self, mentioning: tuple[bytes, ...] = ()) -> Iterator["Built"]:  # noqa: ARG002 - all may be given
        """See `Walk`."""
        values = self._value
        if values is None:
            return
        if not isinstance(values, list):
            raise MalformedError(f"{self._what} is not JSON: '[' is missing")
        for value in values:
            self._value = value
            yield self
        self._value = values

    def text(self) -> str:
        """See `Walk`."""
        return self._value if isinstance(self._value, str) else ""

    def sees(self, byte: bytes) -> bool:
        """See `Walk`."""
        return _OPENING.get(type(self._value)) == byte
