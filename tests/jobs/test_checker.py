"""The worker's real checker: behind the guard, and with a policy whose version every process agrees on."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.errors import ForbiddenAddressError, NotFoundError, SettingsError, StoreError
from bot.evidence import Evidence
from bot.jobs.open_checker import open_checker
from bot.oci.reference import Reference
from bot.report import Verdict
from bot.settings import Settings
from bot.values import replace
from bot.version import own_build
from tests.fake_registry import FakeRegistry
from tests.jobs.parts import settled
from tests.private_fulcio import NOW, PrivateFulcio, new_key

VERSION = """
import asyncio
from bot.jobs.open_checker import open_checker
from bot.oci.reference import Reference
from bot.settings import Settings
async def main():
    async with open_checker(Settings()) as checker:
        print(checker.check_policy(Reference.parse("quay.io/acme/app:1")).version)
asyncio.run(main())
"""


async def test_an_image_is_looked_at_and_judged(samples: Path) -> None:
    async with FakeRegistry() as registry:
        digest = registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
        listed = Settings(private_hosts=(registry.host,), insecure_hosts=(registry.host,))
        async with open_checker(listed) as checker:
            report = await checker.check(Reference(registry.host, "demo/app", "1.0"), phase_of=settled)
            with pytest.raises(NotFoundError):
                await checker.check(Reference(registry.host, "demo/app", "2.0"), phase_of=settled)
    assert (report.verdict, report.digest) == (Verdict.FAIL, digest)
    assert "provenance-missing" in {result.rule for result in report.failing()}


async def test_it_asks_again_whether_the_tag_has_moved_and_keeps_to_the_settings(samples: Path) -> None:
    async with FakeRegistry() as registry:
        registry.add_layout(samples / "max-sbom_2p_dflt", "demo/app", tag="1.0")
        hosts = (registry.host,)
        small = Settings(private_hosts=hosts, insecure_hosts=hosts, statement_max=10, sbom_max=20)
        async with open_checker(small) as checker:
            report = await checker.check(Reference(registry.host, "demo/app", "1.0"), phase_of=settled)
        assert registry.count("HEAD", "/manifests/1.0") == 1
    for platform in report.platforms:
        assert "PROVENANCE_STATEMENT_MAX = 10" in (platform.provenance.reason or "")
        assert "PROVENANCE_SBOM_MAX = 20" in (platform.sbom.reason or "")


async def test_an_address_of_the_inside_is_not_dialled(samples: Path) -> None:
    async with FakeRegistry() as registry:
        registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
        async with open_checker(Settings(insecure_hosts=(registry.host,))) as checker:
            with pytest.raises(ForbiddenAddressError, match="PROVENANCE_PRIVATE_HOSTS"):
                await checker.check(Reference(registry.host, "demo/app", "1.0"), phase_of=settled)
        assert not registry.requests


async def test_a_policy_that_does_not_hold_is_refused_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("images: nonsense\n")
    with pytest.raises(SettingsError, match=r"policy\.yaml"):
        async with open_checker(Settings(policy=file)):
            pass


async def test_another_policy_is_another_version(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    versions = []
    for rule in ("sbom-missing", "provenance-missing"):
        file.write_text(
            f"images:\n  - match: '*/**'\n    require: [{rule}]\n    channel: '#releases'\n    owners: U012AB3CD\n"
        )
        async with open_checker(Settings(policy=file)) as checker:
            terms = checker.check_policy(Reference.parse("quay.io/acme/app:1"))
            assert (terms.channel, terms.owners) == ("#releases", ("U012AB3CD",))
            versions.append(terms.version)
    assert len(set(versions)) == 2


async def test_another_program_is_another_version() -> None:
    """Else an image keeps the verdict of a program that did not know its defect."""
    image = Reference.parse("quay.io/acme/app:1")
    async with open_checker(Settings()) as checker:
        assert checker.build == own_build()
        upgraded = replace(checker, build="0.0.0+other")
        assert upgraded.check_policy(image).version != checker.check_policy(image).version


async def test_another_key_under_the_same_name_is_another_version(tmp_path: Path) -> None:
    """Else an image that the old key signed keeps its verdict after the key was replaced."""
    file = tmp_path / "policy.yaml"
    keys = [new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for _ in range(2)]
    roots = [PrivateFulcio("private", NOW).ca_pem for _ in range(2)]
    file.write_text("images:\n  - match: '**'\n    keys: cosign.pub\n    certificates: ca.pem\n")
    versions = []
    for key, root in ((keys[0], roots[0]), (keys[1], roots[0]), (keys[1], roots[1]), (keys[0], roots[0])):
        (tmp_path / "cosign.pub").write_bytes(key)
        (tmp_path / "ca.pem").write_text(root)
        async with open_checker(Settings(policy=file)) as checker:
            versions.append(checker.check_policy(Reference.parse("quay.io/acme/app:1")).version)
    assert versions[0] == versions[3]
    assert len(set(versions)) == 3


@pytest.mark.parametrize("seed", ["1", "2"])
async def test_every_process_names_the_same_policy_the_same(seed: str) -> None:
    command = [sys.executable, "-c", VERSION]
    there = subprocess.run(command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)  # noqa: ASYNC221, S603
    async with open_checker(Settings()) as checker:
        assert checker.check_policy(Reference.parse("quay.io/acme/app:1")).version == there.stdout.strip()


@dataclass
class NoSisters:
    """Fails, or takes for ever."""

    error: StoreError | None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def of(self, evidence: Evidence) -> tuple[Evidence, ...]:  # noqa: ARG002
        if self.error:
            raise self.error
        await self.gate.wait()
        return ()


@pytest.mark.parametrize("error", [StoreError("the store is unavailable"), None])
async def test_without_sisters_an_image_is_still_checked(
    samples: Path, monkeypatch: pytest.MonkeyPatch, error: StoreError | None
) -> None:
    if error is None:  # they never answer
        monkeypatch.setattr("bot.jobs.checker.SISTERS_SECONDS", 0.05)
    async with FakeRegistry() as registry:
        registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
        listed = Settings(private_hosts=(registry.host,), insecure_hosts=(registry.host,))
        async with open_checker(listed) as checker:
            alone = replace(checker, sisters=NoSisters(error))
            report = await alone.check(Reference(registry.host, "demo/app", "1.0"), phase_of=settled)
    assert report.verdict is Verdict.FAIL
