"""What settings name beside the store and Slack: the code host, trusted roots, webhook sources that are refused."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.__main__ import main
from bot.doctor import DoctorLine, LineOutcome, examine, open_patient
from bot.doctor.check import DoctorCheck
from bot.doctor.checks import code_host, the_store, trusted_roots
from bot.settings import Settings
from bot.store import open_store
from tests.fake_github import FakeGitHub
from tests.real_redis import RedisServer


async def said(check: DoctorCheck, folder: Path, **more: object) -> list[DoctorLine]:
    """The lines of one check; there is no store."""
    settings = Settings.model_validate({"redis_url": SecretStr(f"unix://{folder}/nothing"), **more})
    async with open_patient(settings) as patient:
        return [line async for _, line in examine(patient, [check])]


async def test_the_code_host_and_its_token(tmp_path: Path) -> None:
    async with FakeGitHub() as github:
        (well,) = await said(code_host.check, tmp_path, github_api=github.api, github_token=github.token)
        assert (well.outcome, well.says) == (LineOutcome.OK, "127.0.0.1 takes the token")
        (stranger,) = await said(code_host.check, tmp_path, github_api=github.api)
        assert stranger.outcome is LineOutcome.OK
        (wrong,) = await said(code_host.check, tmp_path, github_api=github.api, github_token="ghp_secret")
        github.is_private = True
        (closed,) = await said(code_host.check, tmp_path, github_api=github.api)
        assert (closed.outcome, closed.says) == (LineOutcome.ERROR, "127.0.0.1 answers nobody without a token")
    assert (wrong.outcome, wrong.says) == (LineOutcome.ERROR, "127.0.0.1 refuses PROVENANCE_GITHUB_TOKEN")
    (away,) = await said(code_host.check, tmp_path, github_api=github.api, github_token="ghp_secret")
    assert away.outcome is LineOutcome.UNKNOWN, "it may be back in a minute"
    assert "ghp_secret" not in str([wrong, away])
    (none,) = await said(code_host.check, tmp_path, github_api="")
    assert none.outcome is LineOutcome.OK


async def test_a_store_that_does_not_say_how_it_keeps_its_data(empty_store: RedisServer) -> None:
    """A shared one may forbid INFO: then it is not known whether jobs survive."""
    async with open_store(empty_store.settings()) as store:
        await store.redis.acl_setuser("default", enabled=True, commands=["-info"])
        try:
            async with open_patient(empty_store.settings()) as patient:
                lines = [line async for _, line in examine(patient, [the_store.check])]
        finally:
            await store.redis.acl_setuser("default", enabled=True, commands=["+info"])
    assert [line.outcome for line in lines] == [LineOutcome.OK, LineOutcome.UNKNOWN]
    assert "appendonly" in lines[1].advice


async def test_trusted_roots_that_no_worker_would_start_with(tmp_path: Path) -> None:
    (well,) = await said(trusted_roots.check, tmp_path)
    assert (well.outcome, well.says) == (LineOutcome.OK, "signatures are verified against 1 trusted root")
    (wrong,) = await said(trusted_roots.check, tmp_path, trusted_roots=(tmp_path / "nothing.json",))
    assert wrong.outcome is LineOutcome.ERROR
    assert wrong.says == f"the trusted root {tmp_path}/nothing.json cannot be read: No such file or directory"
    (nobody,) = await said(trusted_roots.check, tmp_path, public_root=False)
    assert nobody.outcome is LineOutcome.WARNING, "every signature would be unknown"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"kind": "quay", "secret": "short"}, "the secret of 'own' has 5 characters"),
        ({"kind": "quay"}, "the secret of 'own' has 0 characters"),
        ({"kind": "quai", "secret": "s" * 40}, "the kind of 'own' is none of"),
    ],
)
def test_webhook_sources_that_the_web_process_does_not_start_with(
    source: dict[str, str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = json.dumps([{"id": "own", "hosts": ["127.0.0.1:9"], **source}])
    monkeypatch.setenv("PROVENANCE_WEBHOOKS", told)
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path}/nothing")
    assert main(["doctor"]) == 1
    printed = capsys.readouterr().out
    assert f"error   webhooks    PROVENANCE_WEBHOOKS: {says}" in printed
    assert "`provenance serve` does not start before" in printed
    assert "s" * 40 not in printed
