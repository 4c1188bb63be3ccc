"""GitHub's contents API: one file at a time.

https://docs.github.com/en/rest/repos/contents#get-repository-content
"""

from http import HTTPStatus

from aiohttp import ClientSession
from pydantic import SecretStr

from bot.errors import SourceNotFoundError, SourceUnavailableError
from bot.oci.guard import Guard
from bot.workflows.address import API, WorkflowFile
from bot.workflows.github_exchange import RAW, Exchange
from bot.workflows.text import SIZE_MAX

BYTES_MAX = 4 * SIZE_MAX
"""UTF-8 takes four bytes a character at most."""


class GitHub:
    """A code host. `api` is where its API is, `token` lets it see what is not public; it is sent nowhere else."""

    def __init__(
        self, session: ClientSession, api: str = API, token: SecretStr | None = None, guard: Guard | None = None
    ) -> None:
        self._exchange = Exchange(session, api, token, guard)

    async def read(self, file: WorkflowFile) -> str:
        """A file's text.

        Raises SourceNotFoundError for 404, SourceUnavailableError for every other reply that is not a file.
        """
        what = f"{file.owner}/{file.repository}/{file.path}"
        url = file.contents(self._exchange.api)
        answer = await self._exchange.ask("GET", url, what=what, limit=BYTES_MAX, accept=RAW)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise SourceNotFoundError(f"{what}: no such file at that revision, or none that we may see")
        if answer.status != HTTPStatus.OK:
            raise SourceUnavailableError(f"{what}: answered {answer.status}")
        try:
            return answer.body.decode()
        except UnicodeDecodeError:
            raise SourceUnavailableError(f"{what}: not UTF-8") from None
