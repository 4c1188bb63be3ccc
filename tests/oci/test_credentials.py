"""Where credentials are looked for, whose they are, and that nothing of them shows."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError, UnavailableError
from bot.oci.auth.config_file import CONFIG_MAX
from bot.oci.auth.credentials import Credential, CredentialKind
from bot.oci.auth.docker_config import parse_config
from bot.oci.auth.keyring import Keyring
from bot.oci.options import RegistryOptions
from tests.oci.logins import SECRET, found, helper, login, user, write
from tests.oci.opened import Clock


async def test_places_are_asked_in_their_order(tmp_path: Path) -> None:
    own = write(tmp_path / "own.json", auths={"own.example": login("own"), "all.example": login("own")})
    inline = {"auths": {"inline.example": login("inline"), "all.example": login("inline")}}
    docker = write(tmp_path / "docker" / "config.json", auths={"docker.example": login("docker")})
    podman = write(tmp_path / "podman.json", auths={"podman.example": login("podman"), "docker.example": login("no")})
    write(tmp_path / "run" / "containers" / "auth.json", auths={"run.example": login("run")})
    environment = {
        "DOCKER_AUTH_CONFIG": json.dumps(inline),
        "DOCKER_CONFIG": str(docker.parent),
        "REGISTRY_AUTH_FILE": str(podman),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "HOME": str(tmp_path),
    }
    for registry, expected in {
        "all.example": "own",
        "own.example": "own",
        "inline.example": "inline",
        "docker.example": "docker",
        "podman.example": "podman",
        "run.example": "run",
        "none.example": "anonymous",
    }.items():
        assert await user(registry, registry_auth=own, environment=environment) == expected


@pytest.mark.parametrize("variables", [{}, {"XDG_CONFIG_HOME": "{}/.config"}, {"XDG_RUNTIME_DIR": "{}/run"}])
async def test_podman_on_macos_keeps_its_logins_in_the_home_folder(tmp_path: Path, variables: dict[str, str]) -> None:
    """containers-auth.json(5): there is no XDG_RUNTIME_DIR."""
    write(tmp_path / ".config" / "containers" / "auth.json", auths={"podman.example": login("podman")})
    environment = {name: value.format(tmp_path) for name, value in variables.items()} | {"HOME": str(tmp_path)}
    assert await user("podman.example", environment=environment) == "podman"


async def test_the_home_folder_is_asked_where_no_other_is_named(tmp_path: Path) -> None:
    write(tmp_path / ".docker" / "config.json", auths={"quay.io": login("home")})
    assert await user("quay.io", environment={"HOME": str(tmp_path)}) == "home"
    assert await user("quay.io", environment={"HOME": str(tmp_path), "DOCKER_CONFIG": "/nowhere"}) == "anonymous"
    assert await user("quay.io", environment={}) == "anonymous"


@pytest.mark.parametrize(
    "key",
    ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io", "https://index.docker.io"],
)
async def test_docker_hub_goes_by_many_names(key: str, tmp_path: Path) -> None:
    own = write(tmp_path / "own.json", auths={key: login("hub")})
    assert await user("docker.io", registry_auth=own) == "hub"
    assert await user("quay.io", registry_auth=own) == "anonymous"


@pytest.mark.parametrize(
    ("registry", "key"),
    [
        ("quay.io", "quay.io.evil.example"),
        ("quay.io", "evil.quay.io"),
        ("quay.io", "quay.io:8443"),
        ("quay.io:8443", "quay.io"),
        ("quay.io", "https://evil.example/quay.io"),
        ("quay.io", "quay.io/another"),
        ("quay.io", "quay.io/tea"),
        ("evil.example", "docker.io"),
    ],
)
async def test_a_login_is_for_its_own_registry_alone(registry: str, key: str, tmp_path: Path) -> None:
    own = write(tmp_path / "own.json", auths={key: login("other")})
    assert await user(registry, registry_auth=own) == "anonymous"


async def test_the_longest_namespace_decides(tmp_path: Path) -> None:
    own = write(
        tmp_path / "own.json",
        auths={
            "quay.io": login("registry"),
            "quay.io/team": login("team"),
            "quay.io/team/app": login("app"),
            "https://old.example/v1/": login("old"),
        },
    )
    assert await user("quay.io", "team/app", registry_auth=own) == "app"
    assert await user("quay.io", "team/other", registry_auth=own) == "team"
    assert await user("quay.io", "others/app", registry_auth=own) == "registry"
    assert await user("old.example", registry_auth=own) == "old"


async def test_kinds_of_secrets_are_told_apart(tmp_path: Path) -> None:
    own = write(
        tmp_path / "own.json",
        auths={
            "login.example": login("robot", "pass:word"),
            "padded.example": login("robot", "padded\0\0"),
            "lines.example": {"auth": base64.encodebytes(f"robot:{'x' * 200}".encode()).decode()},
            "fields.example": {"username": "robot", "password": SECRET},
            "identity.example": {**login("robot", ""), "identitytoken": "identity"},
            "registry.example": {"registrytoken": "registry"},
            "empty.example": {},
        },
    )
    expected = {
        "login.example": Credential(CredentialKind.LOGIN, "robot", "pass:word"),
        "padded.example": Credential(CredentialKind.LOGIN, "robot", "padded"),
        "lines.example": Credential(CredentialKind.LOGIN, "robot", "x" * 200),
        "fields.example": Credential(CredentialKind.LOGIN, "robot", SECRET),
        "identity.example": Credential(CredentialKind.IDENTITY, "robot", "identity"),
        "registry.example": Credential(CredentialKind.REGISTRY, "", "registry"),
        "empty.example": None,
    }
    for registry, credential in expected.items():
        assert await found(registry, registry_auth=own) == credential


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"auths": []}',
        '{"auths": {"quay.io": {"auth": "%%%"}}}',
        '{"credHelpers": {"quay.io": "nosuch"}}',
    ],
)
async def test_a_broken_configuration_is_told_and_not_taken_for_anonymous(content: str, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(content)
    with pytest.raises(UnavailableError, match=r"credentials for quay\.io could not be looked up"):
        await found("quay.io", environment={"DOCKER_CONFIG": str(tmp_path), "PATH": ""})


async def test_the_own_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"PROVENANCE_REGISTRY_AUTH: the file .* does not exist"):
        await found("quay.io", registry_auth=tmp_path / "nosuch.json")


async def test_a_variable_makes_us_run_nothing(tmp_path: Path) -> None:
    environment = dict(helper(tmp_path / "bin", "test", f"touch {tmp_path}/ran; exit 1"))
    environment["DOCKER_AUTH_CONFIG"] = '{"credsStore": "test", "credHelpers": {"quay.io": "test"}}'
    assert await found("quay.io", environment=environment) is None
    assert not (tmp_path / "ran").exists()


async def test_what_was_found_is_remembered_for_a_while(tmp_path: Path) -> None:
    clock = Clock()
    own = write(tmp_path / "own.json", auths={"quay.io": login("first")})
    keyring = Keyring(RegistryOptions(registry_auth=own), clock.pace())
    seen = []
    for elapsed in (0, 500, 200):
        clock.time += elapsed
        credential = await keyring.find("quay.io", "team/app")
        seen.append(credential.user if credential else "")
        write(own, auths={"quay.io": login("second")})
    assert seen == ["first", "first", "second"]
    write(own, auths={"quay.io": login("third")})
    keyring.forget("quay.io", "team/app")
    assert (await keyring.find("quay.io", "team/app")) == Credential(CredentialKind.LOGIN, "third", SECRET)


def test_secrets_do_not_show_when_printed() -> None:
    config = parse_config(json.dumps({"auths": {"quay.io": login("robot")}}), what="config")
    entry = config.login("quay.io", "team/app")
    assert entry is not None
    credential = entry.credential()
    for shown in (repr(config), str(config), repr(entry), repr(credential), str(credential)):
        assert SECRET not in shown
        assert login("robot")["auth"] not in shown


def test_a_configuration_has_a_size() -> None:
    with pytest.raises(MalformedError, match="limit"):
        parse_config(" " * (CONFIG_MAX + 1), what="config")


@given(st.binary(max_size=300))
def test_garbage_is_malformed_and_nothing_worse(data: bytes) -> None:
    try:
        parse_config(data, what="config")
    except MalformedError:
        return


@given(st.text(max_size=60))
def test_any_auth_is_a_login_none_or_malformed(auth: str) -> None:
    config = parse_config(json.dumps({"auths": {"quay.io": {"auth": auth}}}), what="config")
    entry = config.login("quay.io", "a")
    assert entry is not None
    try:
        entry.credential()
    except MalformedError:
        return
