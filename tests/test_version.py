"""Which version this is, however it came to the machine."""

import tomllib
from pathlib import Path

from bot import version
from bot.settings import Settings
from tests.conftest import ROOT


def test_it_is_the_version_of_the_package() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version.own_version() == said
    assert Settings().registry_options().user_agent == f"provenance-bot/{said}"


def test_other_code_is_another_build(tmp_path: Path) -> None:
    """A checkout is upgraded by `git pull`, often without a new version number."""
    found = []
    for name, text in (("a.py", "x = 1"), ("a.py", "x = 2"), ("b.py", "x = 2"), ("b.txt", "x = 2")):
        (tmp_path / name).write_text(text)
        found.append(version.code_digest(tmp_path))
    assert len(set(found[:3])) == 3
    assert found[2] == found[3]


def test_the_build_starts_with_the_version() -> None:
    assert version.own_build().startswith(f"{version.own_version()}+")
