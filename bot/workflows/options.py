"""What an operator can set about the code host that workflows are read from."""

from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.oci.options import RegistryOptions
from bot.workflows.address import API, SERVER


@dataclass(frozen=True, slots=True)
class GitHubOptions:
    """`api` "" = no code host is asked. `server` is where people read; links go there and nowhere else."""

    api: str = API
    server: str = SERVER
    token: SecretStr | None = None
    dialling: RegistryOptions = field(default_factory=RegistryOptions)
