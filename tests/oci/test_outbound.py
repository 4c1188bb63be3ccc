"""What HTTPS_PROXY, HTTP_PROXY and NO_PROXY say: which proxy, for which hosts."""

import pytest
from yarl import URL

from bot.errors import UnusableProxyError
from bot.oci.wire.outbound import outbound


@pytest.mark.parametrize(
    ("entries", "host", "is_dialled"),
    [
        ("", "quay.io", False),
        ("*", "quay.io", True),
        ("corp", "corp", True),
        ("corp", "registry.corp", True),
        (".corp", "registry.corp", True),
        ("*.corp", "registry.corp", True),
        ("corp", "notcorp", False),
        (" a.b , QUAY.io ,", "quay.io", True),
        ("quay.io:443", "quay.io", True),
        ("quay.io:8443", "quay.io", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("fd00::/8", "[fd00::1]", True),
        ("[fd00::1]", "[fd00::1]", True),
        ("[fd00:0::1]:443", "[fd00::1]", True),
        ("[fd00::1]:8443", "[fd00::1]", False),
        ("[fd00::2]", "[fd00::1]", False),
        ("xn--bcher-kva.example", "b\u00fccher.example", True),
        ("b\u00fccher.example", "xn--bcher-kva.example", True),
        ("corp", "x.corp.evil.example", False),
        ("10.0.0.0/8", "10.1.2.3.evil.example", False),
        (".", "quay.io", False),
        ("", "localhost", True),
        ("", "127.0.0.1", True),
        ("", "[::1]", True),
    ],
)
def test_hosts_that_need_no_proxy(entries: str, host: str, is_dialled: bool) -> None:  # noqa: FBT001
    proxies = outbound({"HTTPS_PROXY": "http://proxy.corp:3128", "NO_PROXY": entries})
    assert proxies is not None
    assert (proxies.find(URL(f"https://{host}/v2/")) is None) == is_dialled


async def test_a_host_that_needs_no_proxy_is_dialled_beside_an_unusable_one() -> None:
    proxies = outbound({"HTTPS_PROXY": "socks5://proxy.corp:1080", "NO_PROXY": "quay.io"})
    assert proxies is not None
    assert proxies.find(URL("https://quay.io/v2/")) is None
    assert proxies.find(URL("http://ghcr.io/v2/")) is None
    with pytest.raises(UnusableProxyError, match="HTTPS_PROXY"):
        proxies.find(URL("https://ghcr.io/v2/"))


@pytest.mark.parametrize("text", ["proxy.corp:3128", "http://proxy.corp:3128/", " http://me:a@b@proxy.corp:3128\n"])
def test_ways_to_write_a_proxy(text: str) -> None:
    proxies = outbound({"HTTPS_PROXY": text})
    assert proxies is not None
    proxy = proxies.find(URL("https://quay.io/v2/"))
    assert proxy is not None
    assert (proxy.url.host, proxy.url.port) == ("proxy.corp", 3128)


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_variable_asks_for_no_proxy(text: str) -> None:
    assert outbound({"HTTPS_PROXY": text, "HTTP_PROXY": text}) is None
