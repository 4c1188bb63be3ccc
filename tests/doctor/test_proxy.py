"""What the doctor says of the proxy on the way out; its login is never a part of it."""

from pathlib import Path

import pytest

from bot.doctor import DoctorLine, LineOutcome
from bot.doctor.checks import code_host, registries_reachable, the_proxy
from tests.doctor.test_configured import said
from tests.fake_proxy import FakeProxy


async def of_proxy(folder: Path, **more: object) -> list[tuple[LineOutcome, str]]:
    return [(line.outcome, line.says) for line in await said(the_proxy.check, folder, **more)]


async def test_a_proxy_that_answers_is_named_by_its_host(tmp_path: Path) -> None:
    async with FakeProxy() as proxy:
        (line,) = await said(the_proxy.check, tmp_path, proxy=f"http://me:s3cret@{proxy.host}")
        assert (line.outcome, line.says.partition(";")[0]) == (LineOutcome.OK, f"{proxy.host} answers")
        assert "s3cret" not in str(line)
        lines = await of_proxy(tmp_path, proxy=proxy.host, no_proxy=("*",))
        assert [outcome for outcome, _ in lines] == [LineOutcome.OK, LineOutcome.WARNING]


@pytest.mark.parametrize("host", ["127.0.0.1:1", "proxy.invalid:3128"])
async def test_one_that_does_not_is_an_error(host: str, tmp_path: Path) -> None:
    (line,) = await said(the_proxy.check, tmp_path, proxy=f"http://me:s3cret@{host}")
    assert (line.outcome, line.says) == (LineOutcome.ERROR, f"nothing answers at {host}")
    assert "PROVENANCE_PROXY" in line.advice
    assert "s3cret" not in str(line)


async def test_variables_that_a_server_does_not_use_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(variable, raising=False)
    assert await of_proxy(tmp_path) == []
    assert [outcome for outcome, _ in await of_proxy(tmp_path, no_proxy=("corp",))] == [LineOutcome.WARNING]
    monkeypatch.setenv("https_proxy", "http://me:s3cret@proxy.corp:3128")
    (line,) = await said(the_proxy.check, tmp_path)
    assert (line.outcome, "PROVENANCE_PROXY" in line.advice) == (LineOutcome.WARNING, True)
    assert "s3cret" not in str(line)


async def test_what_the_proxy_refuses_stands_beside_what_was_asked(tmp_path: Path) -> None:
    async with FakeProxy(login="me:other") as proxy:
        told = {"proxy": f"http://me:s3cret@{proxy.host}", "watch": ("registry.example/acme/*",)}
        found: list[DoctorLine] = []
        for check in (registries_reachable.check, code_host.check):
            found += await said(check, tmp_path, **told)
    assert [line.outcome for line in found] == [LineOutcome.ERROR, LineOutcome.UNKNOWN]
    assert all(f"the proxy {proxy.host} a" in line.says and "s3cret" not in str(line) for line in found)
    assert "PROVENANCE_PROXY" in found[0].says
