"""Logins on disk, credential helpers, and what is found of them, for tests."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path

from bot.oci.auth.credentials import Credential
from bot.oci.auth.keyring import Keyring
from bot.oci.options import RegistryOptions
from tests.oci.opened import Clock

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
