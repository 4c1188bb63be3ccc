"""Compare and audit against Debian's docker-registry, as people use them."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.real_parts import DockerRegistry, running_registry

pytestmark = pytest.mark.real

HISTORY = {
    "1.10.1-fix-1": "none_2p_dflt",
    "1.11.0": "max-sbom_2p_dflt",
    "1.12.0": "der-imagetools-merge_partial",
    "1.13.0": "min_2p_dflt",
}


@pytest.fixture
def released(docker_registry: DockerRegistry, samples: Path) -> DockerRegistry:
    for tag, name in HISTORY.items():
        docker_registry.place_layout(samples / name, "acme/app", tag)
    return docker_registry


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No code host is asked, and what is kept is kept here."""
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    monkeypatch.setenv("PROVENANCE_AUDIT_CACHE", str(tmp_path / "audits"))


def test_a_history(released: DockerRegistry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", f"{released.host}/acme/app", "--tags", "1.*", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(row["tag"], row["mode"], row["sbom"]) for row in told["rows"]] == [
        ("1.13.0", "min", "no"),
        ("1.12.0", "partly", "no"),
        ("1.11.0", "max", "yes"),
        ("1.10.1-fix-1", "none", "no"),
    ]
    turns = {(turn["what"], turn["kind"], turn["version"]) for turn in told["turns"]}
    assert ("mode", "lost", "1.12.0") in turns
    assert ("sbom", "lost", "1.12.0") in turns


def test_two_registries(
    released: DockerRegistry, samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_registry(tmp_path / "other") as other:
        other.place_layout(samples / HISTORY["1.11.0"], "acme/app", "1.11.0")
        other.place_layout(samples / HISTORY["1.13.0"], "acme/app", "1.12.0")
        assert main(["compare", f"{released.host}/acme/app:1.11.0", f"{other.host}/acme/app:1.11.0"]) == 0
        assert "both names stand for the same digest" in capsys.readouterr().out
        assert main(["compare", f"{released.host}/acme/app:1.11.0", f"{other.host}/acme/app:1.12.0"]) == 1
        assert "SBOM (linux/amd64, linux/arm64): spdx -> none" in capsys.readouterr().out


def test_a_registry_that_is_gone(released: DockerRegistry, capsys: pytest.CaptureFixture[str]) -> None:
    released.process.kill()
    released.process.wait()
    assert main(["audit", f"{released.host}/acme/app"]) == 3
    assert "could not be listed" in capsys.readouterr().out
    assert main(["compare", f"{released.host}/acme/app:1.11.0", f"{released.host}/acme/app:1.12.0"]) == 3
    assert "lost" not in capsys.readouterr().out
