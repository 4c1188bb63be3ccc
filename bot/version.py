"""The version of this program."""

import hashlib
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent


def own_version() -> str:
    """The installed package's version; if only the requirements are installed, the version in pyproject.toml."""
    try:
        return version("provenance-bot")
    except PackageNotFoundError:
        project = tomllib.loads((HERE.parent / "pyproject.toml").read_text())
        return str(project["project"]["version"])


@cache
def own_build() -> str:
    """The version and a digest of the code: a checkout can change without a new version number."""
    return f"{own_version()}+{code_digest(HERE)}"


def code_digest(folder: Path) -> str:
    """The first 16 hex digits of a digest of all Python files in the folder, with their names."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        data = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode() + data)
    return total.hexdigest()[:16]
