"""GitHub's contents API over HTTP: one file at a time, bounded, and never away from its host.

https://docs.github.com/en/rest/repos/contents#get-repository-content
"""

from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from pydantic import SecretStr

from bot.errors import SourceNotFoundError, SourceUnavailableError
from bot.workflows.address import API, WorkflowFile
from bot.workflows.yaml_reader import SIZE_MAX

BYTES_MAX = 4 * SIZE_MAX
"""UTF-8 takes four bytes a character at most."""
REDIRECTS_MAX = 3
"""A renamed repository answers with one."""
SECONDS = 10.0

_MOVED = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}


class GitHub:
    """A code host. `api` is where its API is, `token` lets it see what is not public; it is sent nowhere else."""

    def __init__(self, session: ClientSession, api: str = API, token: SecretStr | None = None) -> None:
        self._session = session
        self._api = api
        self._token = token

    async def read(self, file: WorkflowFile) -> str:
        """A file's text.

        Raises SourceNotFoundError for 404, SourceUnavailableError for everything else that is no file.
        """
        url, what = file.contents(self._api), f"{file.owner}/{file.repository}/{file.path}"
        try:
            for _ in range(REDIRECTS_MAX + 1):
                async with self._session.get(
                    url, headers=self._headers(), allow_redirects=False, timeout=ClientTimeout(total=SECONDS)
                ) as answer:
                    if answer.status not in _MOVED:
                        return await self._text(answer, what)
                    url = self._moved(url, answer.headers.get("Location", ""), what)
        except (ClientError, TimeoutError) as error:
            raise SourceUnavailableError(f"{what}: no answer ({type(error).__name__})") from None
        raise SourceUnavailableError(f"{what}: more than {REDIRECTS_MAX} redirects")

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/vnd.github.raw+json", "X-GitHub-Api-Version": "2022-11-28"}
        token = self._token.get_secret_value() if self._token else ""
        return headers | ({"Authorization": f"Bearer {token}"} if token else {})

    def _moved(self, url: str, location: str, what: str) -> str:
        """Where it went, on the same host."""
        there, here = urlsplit(urljoin(url, location)), urlsplit(self._api)
        if not location or (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise SourceUnavailableError(f"{what}: the answer leads to another host")
        return there.geturl()

    async def _text(self, answer: ClientResponse, what: str) -> str:
        if answer.status == HTTPStatus.NOT_FOUND:
            raise SourceNotFoundError(f"{what}: no such file at that revision, or none that we may see")
        if answer.status != HTTPStatus.OK:
            raise SourceUnavailableError(f"{what}: answered {answer.status}")
        content = bytearray()
        async for chunk in answer.content.iter_chunked(65536):
            content += chunk
            if len(content) > BYTES_MAX:
                raise SourceUnavailableError(f"{what}: more than the limit of {BYTES_MAX} bytes")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise SourceUnavailableError(f"{what}: not UTF-8") from None
