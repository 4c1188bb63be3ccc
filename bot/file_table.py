"""Things of one kind, one a file of a folder: rules, causes. A file's name is its id; adding the file is enough."""

import pkgutil
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class FileTable(Struct, Generic[T], dict=True):
    """All files of a package whose name has an underscore, as `no_provenance.py`; other files are shared by them.

    `attribute` is what each of these files defines, of type `kind`.
    """

    package: str
    attribute: str
    kind: type[T]

    @cached_property
    def all(self) -> tuple[T, ...]:
        """Every one, by the file's name. Raises TypeError for a file that does not define it."""
        return tuple(self._read(import_module(name)) for name in self._names())

    def some(self, names: Iterable[str]) -> Iterator[T]:
        """Those of these files, and no other is imported."""
        return (self._read(import_module(f"{self.package}.{name}")) for name in names)

    def _names(self) -> Iterator[str]:
        path = import_module(self.package).__path__
        names = (module.name for module in pkgutil.iter_modules(path))
        yield from (f"{self.package}.{name}" for name in sorted(names) if "_" in name.strip("_"))

    def _read(self, module: ModuleType) -> T:
        found = getattr(module, self.attribute, None)
        if not isinstance(found, self.kind):
            raise TypeError(f"{module.__name__} does not define `{self.attribute}` as a {self.kind.__name__}")
        return found
