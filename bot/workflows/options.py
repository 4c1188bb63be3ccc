"""What an operator can set about the code host that workflows are read from."""

from typing import Final

from msgspec import Struct, field
from pydantic import SecretStr

from bot.oci.options import RegistryOptions
from bot.workflows.address import API, SERVER

BUNDLE_HOSTS: Final = ("tmaproduction.blob.core.windows.net",)
"""Where github.com keeps the attestations that its API names by address."""


class GitHubOptions(Struct, frozen=True):
    """`api` "" = no code host is asked. `server` is where people read; links go there and nowhere else."""

    api: str = API
    server: str = SERVER
    token: SecretStr | None = None
    bundle_hosts: tuple[str, ...] = BUNDLE_HOSTS
    dialling: RegistryOptions = field(default_factory=RegistryOptions)
