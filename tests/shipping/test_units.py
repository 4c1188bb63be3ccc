"""The files of deploy/ that need no tool: what they call and set exists."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.__main__ import COMMANDS
from tests.conftest import ROOT
from tests.shipping.variables import known_variables
from tests.shipping.wheels import run

DEPLOY = ROOT / "deploy"
LOCKS = ("requirements.txt", "requirements-build.txt")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def test_compose_starts_the_commands_that_exist() -> None:
    services = YAML(typ="safe", pure=True).load((DEPLOY / "compose.yaml").read_text())["services"]
    assert [services[name]["command"] for name in ("web", "worker")] == [["serve"], ["work"]]
    for name in ("web", "worker"):
        assert services[name]["read_only"] is True
        assert set(services[name]["environment"]) <= known_variables()
        assert services[name]["depends_on"] == {"redis": {"condition": "service_healthy"}}


def test_compose_reads_the_env_file_of_the_folder_where_it_is_started() -> None:
    """`.env` alone would be beside the compose file, in deploy/, where `provenance slack setup` writes nothing."""
    services = YAML(typ="safe", pure=True).load((DEPLOY / "compose.yaml").read_text())["services"]
    assert (
        services["web"]["env_file"] == services["worker"]["env_file"] == [{"path": "${PWD:-.}/.env", "required": False}]
    )


def test_what_the_env_file_says_for_a_bot_without_containers_does_not_close_the_port() -> None:
    """Its PORT and PROVENANCE_HOST would be those inside of the container."""
    services = YAML(typ="safe", pure=True).load((DEPLOY / "compose.yaml").read_text())["services"]
    web = services["web"]
    assert web["ports"][0].endswith(f":{web['environment']['PORT']}")
    assert web["environment"]["PROVENANCE_HOST"] == "0.0.0.0"  # noqa: S104 - of the container
    assert web["environment"]["PROVENANCE_DATA"] == web["tmpfs"][0].partition(":")[0]


def test_the_store_of_compose_keeps_what_it_acknowledged() -> None:
    redis = YAML(typ="safe", pure=True).load((DEPLOY / "compose.yaml").read_text())["services"]["redis"]
    (flags,) = [word for word in redis["command"] if "redis-server" in word]
    for flag in ("--appendonly yes", "--maxmemory-policy noeviction", "--requirepass"):
        assert flag in flags
    assert redis["volumes"]
    assert "ports" not in redis


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists(unit: Path) -> None:
    text = unit.read_text()
    (command,) = re.findall(r"^ExecStart=/opt/provenance-bot/bin/provenance (\w+)$", text, re.MULTILINE)
    assert command in COMMANDS
    assert set(re.findall(r"^Environment=(\w+)=", text, re.MULTILINE)) <= known_variables()


@pytest.mark.shipped
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="not a machine with systemd")
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_finds_little_that_a_unit_may_and_needs_not(unit: Path, tmp_path: Path) -> None:
    """The number is its exposure times ten: 2 is `OK`."""
    copy = tmp_path / unit.name.replace("@", "@1")
    copy.write_text(unit.read_text().replace("/opt/provenance-bot/bin/provenance", sys.executable))
    run("systemd-analyze", "verify", copy, at=tmp_path)
    run("systemd-analyze", "security", "--offline=true", "--threshold=20", copy, at=tmp_path)


def _from_instructions() -> Iterator[str]:
    yield from re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)


def test_the_image_copies_everything_that_the_wheel_is_built_from() -> None:
    """A file that the ignore file forgets is missing in the image only."""
    kept = set(re.findall(r"^!(\S+)", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE))
    for name in ("bot", "handlers", "hatch_build.py", "provenance_bot.py", "pyproject.toml", "README.md", "LICENSE"):
        assert name in kept
        assert (ROOT / name).exists()
    assert set(_from_instructions()) == {"${BASE}"}


def test_the_locks_that_are_installed_together_agree() -> None:
    """The action installs what the program needs and what builds it into one environment."""
    pins = [dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS]
    assert all(pins[0][name] == pins[1][name] for name in pins[0].keys() & pins[1].keys())
    assert "packaging" in pins[0].keys() & pins[1].keys()
