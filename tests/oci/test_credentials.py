"""Where credentials are looked for, whose they are, and that nothing of them shows."""

import asyncio
import base64
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError, UnavailableError
from bot.oci.auth.config_file import CONFIG_MAX
from bot.oci.auth.credentials import Credential, CredentialKind
from bot.oci.auth.docker_config import parse_config
from bot.oci.auth.helper import ask_helper
from bot.oci.auth.keyring import Keyring
from bot.oci.options import RegistryOptions
from tests.oci.opened import Clock
from tests.waiting import PATIENCE

SECRET = "s3cr3t"


def login(user: str, secret: str = SECRET) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{secret}".encode()).decode()}


def write(file: Path, **config: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(config))
    return file


def helper(folder: Path, name: str, script: str) -> Mapping[str, str]:
    """An environment in which that credential helper is there. It gets its part of the shell script."""
    folder.mkdir(exist_ok=True)
    program = folder / f"docker-credential-{name}"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


async def found(registry: str, repository: str = "team/app", **options: object) -> Credential | None:
    keyring = Keyring(RegistryOptions(**options), Clock().pace(helper=2.0))  # type: ignore[arg-type]
    return await keyring.find(registry, repository)


async def user(registry: str, repository: str = "team/app", **options: object) -> str:
    credential = await found(registry, repository, **options)
    return credential.user if credential else "anonymous"


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


async def test_a_helper_is_asked_by_its_protocol(tmp_path: Path) -> None:
    script = f'read server; echo "{{\\"Username\\":\\"$1 $server\\",\\"Secret\\":\\"{SECRET}\\"}}"'
    environment = helper(tmp_path / "bin", "test", script)
    special = write(tmp_path / "special.json", credHelpers={"quay.io": "test"}, auths={"ghcr.io": login("file")})
    assert await user("quay.io", registry_auth=special, environment=environment) == "get quay.io"
    assert await user("ghcr.io", registry_auth=special, environment=environment) == "file"
    store = write(tmp_path / "store.json", credsStore="test", auths={"quay.io": {}, "quay.io/own": login("own")})
    assert await user("docker.io", registry_auth=store, environment=environment) == "get https://index.docker.io/v1/"
    assert await user("quay.io", "own/app", registry_auth=store, environment=environment) == "own"


async def test_an_identity_token_of_a_helper_is_known_by_its_user(tmp_path: Path) -> None:
    environment = helper(tmp_path / "bin", "test", 'echo \'{"Username":"<token>","Secret":"identity"}\'')
    assert await ask_helper("test", "quay.io", environment, limit=PATIENCE) == Credential(
        CredentialKind.IDENTITY, "<token>", "identity"
    )


async def test_a_helper_that_has_nothing_is_no_trouble(tmp_path: Path) -> None:
    environment = helper(tmp_path / "bin", "test", "echo credentials not found in native keychain; exit 1")
    assert await ask_helper("test", "quay.io", environment, limit=PATIENCE) is None


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (f"echo {SECRET}; exit 2", "exit status 2"),
        (f"echo {SECRET}", "is not JSON"),
        (f'echo \'{{"Username":"{SECRET}"}}\'', "Secret"),
        ("yes", "more than 65536 bytes"),
        ("sleep 30", "did not answer"),
        ("sleep 30 &\nwait", "did not answer"),
    ],
)
async def test_a_broken_helper_is_named_and_what_it_printed_is_not_shown(script: str, why: str, tmp_path: Path) -> None:
    environment = helper(tmp_path / "bin", "test", script)
    with pytest.raises(MalformedError, match=why) as caught:
        await ask_helper("test", "quay.io", environment, limit=0.3 if "sleep" in script else PATIENCE)
    assert SECRET not in str(caught.value)
    assert "docker-credential-test" in str(caught.value) or "a credential helper" in str(caught.value)


async def test_a_helper_that_floods_its_pipe_is_killed_every_time(tmp_path: Path) -> None:
    """Where it is killed while more of its output waits than asyncio reads at once."""
    environment = helper(tmp_path / "bin", "test", "yes")
    for _ in range(40):
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(MalformedError, match="more than 65536 bytes"):
                await ask_helper("test", "quay.io", environment, limit=PATIENCE)


@pytest.mark.parametrize("name", ["../../bin/sh", "a/b", "", "; touch x", "-x", "nosuch", "a\nb"])
async def test_what_is_no_helpers_name_is_never_run(name: str) -> None:
    with pytest.raises(MalformedError, match="which is not there"):
        await ask_helper(name, "quay.io", {"PATH": "/usr/bin:/bin"}, limit=1)


async def test_a_helpers_name_leads_to_no_program_of_the_folder_that_we_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`docker-credential-a/b` has a slash, so it would not be looked for in PATH."""
    environment = helper(tmp_path / "docker-credential-a", "b", f"touch {tmp_path}/ran; exit 1")
    (tmp_path / "docker-credential-a" / "docker-credential-b").rename(tmp_path / "docker-credential-a" / "b")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MalformedError, match="which is not there"):
        await ask_helper("a/b", "quay.io", environment, limit=PATIENCE)
    assert not (tmp_path / "ran").exists()


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
