"""A terminal asks GitHub's API through the proxy of its variables, a server through the operator's alone."""

import pytest

from bot.errors import SourceUnavailableError
from bot.oci.options import RegistryOptions
from bot.oci.wire.outbound import of_operator
from bot.workflows.address import WorkflowFile
from bot.workflows.github_exchange import Exchange
from bot.workflows.hosts import open_code_hosts, open_session
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


async def test_a_server_reads_through_the_operators_proxy_unless_the_host_needs_none() -> None:
    async with FakeGitHub() as github, FakeProxy(names={PLACE: github.api.removeprefix("http://")}) as proxy:
        github.repository("acme/app", {PATH: "on: push\n"})
        proxies = of_operator(f"http://me:s3cret@{proxy.host}")
        dialling = RegistryOptions(insecure_hosts=(PLACE,), proxies=proxies)
        assert await read(GitHubOptions(api=f"http://{PLACE}", dialling=dialling)) == "on: push\n"
        assert len(proxy.asked) == 1
        assert await read(GitHubOptions(api=github.api, dialling=dialling)) == "on: push\n", "this machine needs none"
        assert len(proxy.asked) == 1


async def test_no_address_of_an_attestation_leads_through_it_to_a_host_that_is_not_listed() -> None:
    async with FakeProxy() as proxy:
        dialling = RegistryOptions(proxies=of_operator(proxy.host))
        async with open_session(GitHubOptions(dialling=dialling)) as (session, guard):
            exchange = Exchange(session, "https://api.github.com", None, guard, frozenset({"10.0.0.1:443"}))
            for url in ("https://stranger.example/x", "https://10.0.0.1/x", "https://api.github.com:8443/x"):
                with pytest.raises(SourceUnavailableError):
                    await exchange.ask("GET", url, what="a bundle", limit=100)
        assert proxy.asked == []


async def test_the_store_of_attestations_is_asked_through_it() -> None:
    async with FakeProxy(status=403) as proxy:
        options = GitHubOptions(dialling=RegistryOptions(proxies=of_operator(proxy.host)))
        (host,) = options.bundle_hosts
        async with open_session(options) as (session, guard):
            exchange = Exchange(session, options.api, None, guard, frozenset({f"{host}:443"}))
            with pytest.raises(SourceUnavailableError, match=f"the proxy {proxy.host} answered 403"):
                await exchange.ask("GET", f"https://{host}/x", what="a bundle", limit=100)
        assert proxy.asked == [f"CONNECT {host}:443 HTTP/1.1"]
