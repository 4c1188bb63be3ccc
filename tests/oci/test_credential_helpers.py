"""Programs that hold credentials: which of them run, and what becomes of their answers."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import MalformedError
from bot.oci.auth.credentials import Credential, CredentialKind
from bot.oci.auth.helper import ask_helper
from tests.oci.logins import SECRET, helper, login, user, write
from tests.waiting import PATIENCE


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
