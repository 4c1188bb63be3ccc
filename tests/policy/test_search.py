"""From a policy file to the verdict: who signed, with which key, is it the right one."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.policy.search import Searching
from bot.report import Report, Result
from bot.signatures.options import RootOptions
from tests.checking import check
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.policy.written import written
from tests.private_fulcio import ISSUER, WORKFLOW, Signer, new_key
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.signing import Signed

SIGSTORE = PrivateSigstore()
HOLDER = Signer(new_key())
PEM = HOLDER.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
ASKED = """\
images:
  - match: "**"
    require: [signature-missing, signature-invalid, signature-identity-unexpected]
"""
BY_KEY = ASKED + "    keys: [{ name: release, file: cosign.pub }]\n"
BY_WORKFLOW = ASKED + f"    identities: [{{ issuer: '{ISSUER}', subject: 'https://github\\.com/acme/app/.+' }}]\n"


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the policy, its key and the private root are."""
    (tmp_path / "cosign.pub").write_bytes(PEM)
    (tmp_path / "root.json").write_text(json.dumps(SIGSTORE.root()))
    return tmp_path


async def checked(signed: Signed, folder: Path, policy: str) -> Report:
    policies = written(folder, policy)
    searching = Searching(RootOptions(files=(folder / "root.json",)), lambda: policies)
    searching.prepare()
    async with opened(signed.registry) as registry:
        search = searching.for_image(signed.reference)
        return await check(signed.reference, registry, policies, search=search)


def result(report: Report, rule: str) -> Result:
    (found,) = [one for one in report.results if one.rule == rule]
    return found


async def test_the_key_of_the_policy(signed: Signed, folder: Path) -> None:
    index, *_ = signed.image()
    signed.sig_tag(index, SIGSTORE.sig_layer(index, HOLDER))
    report = await checked(signed, folder, BY_KEY)
    assert report.verdict == "pass"
    assert [(one.identity, one.state) for one in report.signatures] == [("release", "valid")]
    assert report.trust is not None
    assert report.trust.level == "signed by the expected identity"


async def test_another_key(signed: Signed, folder: Path) -> None:
    index, *_ = signed.image()
    signed.sig_tag(index, SIGSTORE.sig_layer(index, Signer(new_key())))
    report = await checked(signed, folder, BY_KEY)
    assert report.verdict == "fail"
    assert "another key signed" in result(report, "signature-invalid").findings[0].message


async def test_a_key_that_the_policy_does_not_name_is_unknown(signed: Signed, folder: Path) -> None:
    index, *_ = signed.image()
    signed.sig_tag(index, SIGSTORE.sig_layer(index, HOLDER))
    report = await checked(signed, folder, BY_WORKFLOW)
    assert report.verdict == "unknown"
    assert "names no key" in result(report, "signature-missing").findings[0].message


async def test_the_workflow_of_the_policy_and_another(signed: Signed, folder: Path) -> None:
    index, *_ = signed.image()
    signed.bundle(index, SIGSTORE.bundle(statement(index), SIGSTORE.signer()))
    report = await checked(signed, folder, BY_WORKFLOW)
    assert (report.verdict, report.signatures[0].identity) == ("pass", WORKFLOW)
    other = await checked(signed, folder, BY_WORKFLOW.replace("acme/app", "acme/other"))
    assert other.verdict == "fail"
    assert WORKFLOW in result(other, "signature-identity-unexpected").findings[0].message


async def test_an_instance_that_nobody_named_is_unknown_and_never_a_failure(signed: Signed, folder: Path) -> None:
    """A Sigstore of one's own, staging, or a copy from elsewhere: our roots cannot tell, so nothing is refuted."""
    stranger = PrivateSigstore("stranger")
    index, *_ = signed.image()
    signed.bundle(index, stranger.bundle(statement(index), stranger.signer()))
    report = await checked(signed, folder, BY_WORKFLOW)
    assert report.verdict == "unknown"
    assert [(one.state, one.code) for one in report.signatures] == [("unverifiable", "unknown-issuer")]
    assert result(report, "signature-invalid").outcome != "fail"
    assert "not issued by any authority" in result(report, "signature-missing").findings[0].message


async def test_nobody_signed(signed: Signed, folder: Path) -> None:
    signed.image()
    report = await checked(signed, folder, BY_WORKFLOW)
    assert report.verdict == "fail"
    assert result(report, "signature-missing").outcome == "fail"
    assert result(report, "signature-invalid").outcome == "skipped"
