"""Which version this is."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def own_version() -> str:
    """Of the installed package; where only the requirements are installed, as some hosts do it, of the source."""
    try:
        return version("provenance-bot")
    except PackageNotFoundError:
        project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
        return str(project["project"]["version"])
