"""All readers, by name. To add one: a file here with `readers`, or one more entry in such a file."""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Final

from tests.fuzz.reader import Reader


def _all() -> dict[str, Reader]:
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [one for name in modules for one in importlib.import_module(f"{__name__}.{name}").readers]
    return {one.name: one for one in found}


READERS: Final[Mapping[str, Reader]] = _all()
