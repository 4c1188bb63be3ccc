"""Credential helpers: programs named docker-credential-<name> that keep secrets in a keychain.

https://github.com/docker/docker-credential-helpers#development
"""

import asyncio
import contextlib
import os
import re
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from typing import Final

from pydantic import Field

from bot.errors import MalformedError
from bot.oci.auth.credentials import NOBODY, Credential, CredentialKind
from bot.oci.documents import Wire, read

HELPER_OUTPUT_MAX: Final = 64 * 1024
"""Bytes; a secret is a few hundred."""

ENDING_MAX: Final = 2.0
"""Seconds for a killed helper to end, and for other processes that hold its pipe."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_NONE = b"credentials not found"


class _Answer(Wire):
    user: str = Field(default="", alias="Username", repr=False)
    secret: str = Field(alias="Secret", repr=False)


async def ask_helper(name: str, server: str, environment: Mapping[str, str], *, limit: float) -> Credential | None:
    """What the helper keeps for that server; None when it has nothing. At most `limit` seconds, and no shell.

    Raises MalformedError that names the helper; what it printed is never shown.
    """
    program = f"docker-credential-{name}"
    path = shutil.which(program, path=environment.get("PATH", "")) if _NAME.fullmatch(name) else None
    if path is None:
        raise MalformedError(f"the docker configuration names the credential helper {name[:80]!r}, which is not there")
    try:
        output, status = await _run(path, server, environment, limit)
    except TimeoutError:
        raise MalformedError(f"{program} did not answer within {limit:g} s") from None
    except OSError as error:
        raise MalformedError(f"{program} cannot be run: {error.strerror}") from error
    if status != 0 and _NONE in output:
        return None
    if status != 0:
        raise MalformedError(f"{program} failed with exit status {status}")
    answer = read(output, _Answer, what=f"the output of {program}")
    kind = CredentialKind.IDENTITY if answer.user == NOBODY else CredentialKind.LOGIN
    return Credential(kind, answer.user, answer.secret) if answer.secret else None


async def _run(path: str, server: str, environment: Mapping[str, str], limit: float) -> tuple[bytes, int]:
    process = await asyncio.create_subprocess_exec(
        path, "get", stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=dict(environment), start_new_session=True
    )
    try:
        async with asyncio.timeout(limit):
            return await _talk(process, server), await process.wait()
    finally:
        if process.returncode is None:
            # Its children too: a wrapper script's child would keep our pipe open.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await _ended(process)


async def _ended(process: Process) -> None:
    """It was killed. Its pipe is read to the end: asyncio waits for ever on a process whose output is not wanted."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ENDING_MAX):
            while process.stdout is not None and await process.stdout.read(HELPER_OUTPUT_MAX):
                pass
            await process.wait()


async def _talk(process: Process, server: str) -> bytes:
    if process.stdin is None or process.stdout is None:
        return b""
    process.stdin.write(server.encode())
    process.stdin.close()
    output = b""
    while len(output) <= HELPER_OUTPUT_MAX and (chunk := await process.stdout.read(HELPER_OUTPUT_MAX)):
        output += chunk
    if len(output) > HELPER_OUTPUT_MAX:
        raise MalformedError(f"a credential helper printed more than {HELPER_OUTPUT_MAX} bytes")
    return output
