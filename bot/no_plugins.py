"""Models have no plugins: pydantic does not look for them, and does not import what it would look for them with."""

import os
import sys
from types import ModuleType
from typing import Final

_DISABLE: Final = "PYDANTIC_DISABLE_PLUGINS"
_ALL: Final = "__all__"
_LOADER: Final = "pydantic.plugin._loader"


def use_no_plugins() -> None:
    """Call before the first model is used. Somebody who has set the variable keeps what they have set.

    With that variable pydantic's loader answers that there are none, but imports 17 modules before it does.
    """
    if os.environ.setdefault(_DISABLE, _ALL) != _ALL:  # noqa: TID251 - a variable of pydantic
        return
    loader = ModuleType(_LOADER)
    loader.__dict__["get_plugins"] = tuple
    sys.modules.setdefault(_LOADER, loader)
