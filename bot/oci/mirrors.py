"""The operator's table of mirrors: which registry or namespace is read from somewhere else.

    {"docker.io": "registry.corp:5000/hub", "quay.io/microcks": "oci:/srv/microcks"}

The longest entry that fits decides, on whole parts of the name. Reports still show the name that was asked.
"""

from collections.abc import Mapping
from pathlib import Path

from bot.errors import SettingsError
from bot.oci.canonical import canonical_name
from bot.oci.grammar import HOST, PATH
from bot.oci.reference import LAYOUT_PREFIX, Reference


class Mirrors:
    """Where to read an image instead. Raises SettingsError that names the entry when the table does not hold."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table: dict[str, str] = {}
        for key, value in table.items():
            name = _source(key)
            if name in self._table:
                raise SettingsError(f"PROVENANCE_MIRRORS: {key[:100]!r} stands for {name}, as another entry does")
            self._table[name] = _target(value)

    def find(self, reference: Reference) -> Reference | Path | None:
        """The image's place in a mirror: another reference, or the layout that holds it; None when it has no mirror."""
        if not self._table:
            return None
        parts = reference.name.split("/")
        for count in range(len(parts), 0, -1):
            target = self._table.get("/".join(parts[:count]))
            if target is not None:
                return _moved(reference, target, parts[count:])
        return None


def _moved(reference: Reference, target: str, rest: list[str]) -> Reference | Path:
    if target.startswith(LAYOUT_PREFIX):
        return Path(target.removeprefix(LAYOUT_PREFIX))
    registry, _, path = target.partition("/")
    repository = "/".join(part for part in (path, *rest) if part)
    return Reference(registry, repository, reference.tag, reference.digest)


def _source(text: str) -> str:
    _check(text, text)
    return canonical_name(text)


def _target(text: str) -> str:
    if not text.startswith(LAYOUT_PREFIX):
        _check(text, text)
        return canonical_name(text)
    if text == LAYOUT_PREFIX:
        raise SettingsError("PROVENANCE_MIRRORS: `oci:` names no folder")
    return text


def _check(text: str, shown: str) -> None:
    registry, slash, path = text.partition("/")
    if not HOST.fullmatch(registry) or (slash and not PATH.fullmatch(path)):
        raise SettingsError(f"PROVENANCE_MIRRORS: {shown[:100]!r} is neither registry[/namespace] nor oci:PATH")
