"""The login provider and Google's keys behind the operator's proxy."""

import pytest

from bot.errors import ProviderUnavailableError, UnverifiableDeliveryError
from bot.login.caller import ProviderCaller
from bot.login.options import LoginOptions
from bot.login.role import Role
from bot.oci.wire.outbound import Outbound, of_operator
from handlers.webhooks.key_document import fetch_keys
from tests.fake_google import running_google
from tests.fake_oidc import running_provider
from tests.fake_proxy import FakeProxy

PLACE = "login.example:8080"
LOGIN = "me:s3cret"


def caller(proxies: Outbound, issuer: str = f"http://{PLACE}") -> ProviderCaller:
    roles = {Role.SEE: ("*",)}
    options = LoginOptions(
        issuer=issuer,
        client_id="bot",
        base_url="https://bot.example",
        roles=roles,
        insecure_hosts=(PLACE,),
        proxies=proxies,
    )
    return ProviderCaller(options)


async def test_the_provider_is_asked_through_it_and_nobody_else() -> None:
    async with running_provider() as provider, FakeProxy(login=LOGIN) as proxy:
        proxy.names[PLACE] = provider.issuer.removeprefix("http://")
        asking = caller(of_operator(f"http://{LOGIN}@{proxy.host}"))
        assert await asking.get(f"http://{PLACE}/jwks")
        with pytest.raises(ProviderUnavailableError, match="PROVENANCE_OIDC_HOSTS"):
            await asking.get("https://stranger.example/jwks")
        cloud = "https://metadata.google.internal"
        with pytest.raises(ProviderUnavailableError, match="metadata service"):
            await caller(of_operator(f"http://{LOGIN}@{proxy.host}"), cloud).get(f"{cloud}/jwks")
        assert len(proxy.asked) == 1


async def test_google_s_keys_are_fetched_through_it() -> None:
    async with running_google() as google, FakeProxy(login=LOGIN) as proxy:
        proxy.names[PLACE] = google.url.removeprefix("http://").partition("/")[0]
        proxies = of_operator(f"http://{LOGIN}@{proxy.host}")
        assert b"keys" in await fetch_keys(f"http://{PLACE}/oauth2/v3/certs", (PLACE,), proxies)
        assert len(proxy.asked) == 1
        with pytest.raises(UnverifiableDeliveryError, match="metadata"):
            await fetch_keys("https://metadata.google.internal/keys", (), proxies)
        assert len(proxy.asked) == 1


async def test_an_unwilling_proxy_is_named_without_its_password() -> None:
    async with FakeProxy(status=403) as proxy:
        proxies = of_operator(f"http://{LOGIN}@{proxy.host}")
        with pytest.raises(UnverifiableDeliveryError, match=f"the proxy {proxy.host} answered 403") as keys:
            await fetch_keys("https://keys.example/certs", (), proxies)
    with pytest.raises(ProviderUnavailableError, match=f"the proxy {proxy.host} could not be reached") as provider:
        await caller(proxies).get(f"http://{PLACE}/jwks")
    assert "s3cret" not in f"{keys.value}{provider.value}"
