"""A terminal behind a proxy asks GitHub's API through it; a server does not."""

import pytest

from bot.errors import SourceUnavailableError
from bot.oci.options import RegistryOptions
from bot.workflows.address import WorkflowFile
from bot.workflows.hosts import open_code_hosts
from bot.workflows.options import GitHubOptions
from tests.fake_github import FakeGitHub
from tests.fake_proxy import FakeProxy

PLACE = "api.example:8080"
PATH = ".github/workflows/build.yml"


def options(proxy: FakeProxy, *, local: bool = True) -> GitHubOptions:
    """The API is plain HTTP here, on a host that only the proxy knows."""
    environment = {"HTTP_PROXY": f"http://me:s3cret@{proxy.host}"}
    dialling = RegistryOptions(local=local, insecure_hosts=(PLACE,), environment=environment)
    return GitHubOptions(api=f"http://{PLACE}", dialling=dialling)


async def read(github: GitHubOptions) -> str:
    async with open_code_hosts(github) as hosts:
        assert hosts is not None
        return await hosts.public.read(WorkflowFile("acme", "app", PATH, "main"))


async def test_a_file_is_read_through_the_proxy() -> None:
    async with FakeGitHub() as github, FakeProxy(names={PLACE: github.api.removeprefix("http://")}) as proxy:
        github.repository("acme/app", {PATH: "on: push\n"})
        assert await read(options(proxy)) == "on: push\n"
        assert len(proxy.asked) == 1
        with pytest.raises(SourceUnavailableError):
            await read(options(proxy, local=False))
        assert len(proxy.asked) == 1


async def test_what_the_proxy_refuses_is_said_of_the_proxy() -> None:
    async with FakeProxy(login="me:other") as proxy:
        with pytest.raises(SourceUnavailableError, match="answered 407"):
            await read(options(proxy))
        proxy.status = 403
    with pytest.raises(SourceUnavailableError, match=f"the proxy {proxy.host} could not be reached") as error:
        await read(options(proxy))
    assert "s3cret" not in str(error.value)
