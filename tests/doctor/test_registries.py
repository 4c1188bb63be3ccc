"""What the doctor says of registries: whether they answer, what was seen of them, what is left of their limits."""

from typing import Any

import pytest

from bot.doctor import LineOutcome
from bot.doctor.checks import registries_reachable
from bot.store import Store
from bot.store.registry_hosts import RegistryHosts
from tests.doctor.examining import Examined
from tests.fake_registry import FakeRegistry
from tests.registry_faults import Hang, Status


async def test_what_was_seen_of_a_registry(examined: Examined, store: Store) -> None:
    async with FakeRegistry() as fake:
        fake.headers.update({"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "87;w=21600"})
        seen: dict[str, Any] = {"private_hosts": (fake.host,), "watch": (f"{fake.host}/acme/*", f"{fake.host}/old/app")}
        assert (await examined(**seen))["registries"][0].says == f"{fake.host} answers; 87 of 100 pulls are left"
        await RegistryHosts(store).keep_referrers_api(f"{fake.host}/acme", refusal=None)
        fake.headers["ratelimit-remaining"] = "9;w=21600"
        (line,) = (await examined(**seen))["registries"]
        assert (line.outcome, bool(line.advice)) == (LineOutcome.WARNING, True)
        assert line.says == f"{fake.host} answers; {fake.host}/acme has the referrers API; 9 of 100 pulls are left"


async def test_docker_hub_is_asked_for_its_limits_without_a_pull(examined: Examined) -> None:
    async with FakeRegistry() as fake:
        fake.push_image("ratelimitpreview/test", tag="latest")
        hub = {"watch": ("docker.io/acme/*",), "mirrors": {"docker.io": fake.host}, "private_hosts": (fake.host,)}
        assert (await examined(**hub))["registries"][0].outcome is LineOutcome.OK
        assert [asked.method for asked in fake.requests] == ["HEAD"]


async def test_registries(examined: Examined) -> None:
    async with FakeRegistry() as good, FakeRegistry() as bad:
        bad.fault("/v2/", Status(503))
        hosts = (good.host, bad.host)
        lines = (
            await examined(watch=tuple(f"{host}/acme/*" for host in hosts), private_hosts=hosts, insecure_hosts=hosts)
        )["registries"]
        by_host = {host: line for line in lines for host in hosts if host in line.says}
        assert by_host[good.host].outcome is LineOutcome.OK
        assert by_host[bad.host].outcome is LineOutcome.ERROR
        assert good.count("HEAD", "/manifests/") == 1
    forbidden = (await examined(watch=("127.0.0.1:1/acme/*",)))["registries"]
    assert forbidden[0].outcome is LineOutcome.ERROR


async def test_a_registry_that_hangs_is_named_and_hides_no_other(
    examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen: "no answer in 30 s", without a name, and nothing about the other registry."""
    monkeypatch.setattr(registries_reachable, "ANSWER_MAX", 1.0)
    async with FakeRegistry() as good, FakeRegistry() as bad:
        bad.fault("/v2/", Hang())
        hosts = (good.host, bad.host)
        watch = tuple(f"{host}/acme/*" for host in hosts)
        lines = (await examined(watch=watch, private_hosts=hosts, insecure_hosts=hosts))["registries"]
    by_host = {host: line for line in lines for host in hosts if host in line.says}
    assert by_host[good.host].outcome is LineOutcome.OK
    assert by_host[bad.host].outcome is LineOutcome.ERROR
    assert by_host[bad.host].advice
