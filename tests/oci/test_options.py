"""What an operator sets about registries reaches them."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.oci.options import RegistryOptions
from bot.settings_source import load
from tests.fake_registry import FakeRegistry
from tests.oci.opened import at, opened


def test_settings_become_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "PRIVATE_HOSTS": ["registry.corp:5000"],
        "INSECURE_HOSTS": ["plain.corp"],
        "REALMS": {"registry.corp:5000": "https://auth.corp/token"},
        "MIRRORS": {"docker.io": "registry.corp:5000"},
    }.items():
        monkeypatch.setenv(f"PROVENANCE_{name}", json.dumps(value))
    monkeypatch.setenv("PROVENANCE_REGISTRY_AUTH", str(tmp_path / "auth.json"))
    monkeypatch.setenv("PROVENANCE_BASE_URL", "https://bot.corp")
    monkeypatch.setenv("DOCKER_AUTH_CONFIG", '{"auths": {}}')
    options = load().registry_options()
    assert options.private_hosts == ("registry.corp:5000",)
    assert options.insecure_hosts == ("plain.corp",)
    assert options.realms == {"registry.corp:5000": "https://auth.corp/token"}
    assert options.mirrors == {"docker.io": "registry.corp:5000"}
    assert options.registry_auth == tmp_path / "auth.json"
    assert options.environment["DOCKER_AUTH_CONFIG"] == '{"auths": {}}'
    assert options.user_agent.startswith("provenance-bot/")
    assert options.user_agent.endswith(" (+https://bot.corp)")
    assert (options.local, options.allow_layouts) == (False, False)
    assert "DOCKER_AUTH_CONFIG" not in repr(options)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("private_hosts", ("https://registry.corp",)),
        ("private_hosts", ("*.corp",)),
        ("private_hosts", ("10.0.0.0/8",)),
        ("insecure_hosts", ("registry.corp:http",)),
        ("realms", {"registry.corp/team": "https://auth.corp/token"}),
        ("realms", {"registry.corp": "auth.corp/token"}),
        ("realms", {"registry.corp": "https://[::1"}),
        ("realms", {"registry.corp": "https://user@auth.corp/token"}),
    ],
)
def test_an_entry_that_could_never_apply_is_told_at_the_start(setting: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"PROVENANCE_{setting.upper()}"):
        RegistryOptions(**{setting: value})  # type: ignore[arg-type]


def test_the_http_library_is_not_older_than_its_known_holes() -> None:
    installed = tuple(int(part) for part in version("aiohttp").split(".")[:3])
    assert installed >= (3, 14, 4)


def test_only_at_home_folders_and_the_own_network_are_open() -> None:
    options = load().registry_options(local=True)
    assert (options.local, options.allow_layouts) == (True, True)


async def test_the_session_is_one_and_is_closed() -> None:
    async with FakeRegistry() as fake:
        digest = fake.push_image("demo/app", tag="1")
        async with opened(fake) as registry:
            assert await registry.resolve(at(fake)) == digest
        with pytest.raises(RuntimeError, match="closed"):
            await registry.resolve(at(fake))
