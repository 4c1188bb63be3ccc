"""Which version this is, however it came to the machine."""

import tomllib
from importlib.metadata import PackageNotFoundError

import pytest

from bot import version
from bot.settings import Settings
from tests.conftest import ROOT


def test_it_is_known_where_only_the_requirements_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(version, "version", none)
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version.own_version() == said
    assert Settings().registry_options().user_agent == f"provenance-bot/{said}"
