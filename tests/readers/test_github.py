"""What GitHub alone holds: its own command line finds it, and nobody else does."""

from collections.abc import AsyncIterator

import pytest

from bot.readers.reader import EvidenceKind, Reader
from bot.unreadable import UnknownReason, Unreadable
from bot.values import replace
from tests.check.attested import FROM_GITHUB, INDEX, looked, signed
from tests.fake_github import FakeGitHub
from tests.readers.seeing import seen, who

UNATTESTED = replace(
    FROM_GITHUB, platforms=(replace(FROM_GITHUB.platforms[0], statements=(), attestation_manifests=()),)
)


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.repository("acme/app", {})
        yield github


async def test_provenance_at_github(github: FakeGitHub) -> None:
    github.repositories["acme/app"].attestations.store(INDEX, signed(INDEX))
    evidence = await looked(github, UNATTESTED)
    assert who(evidence, EvidenceKind.PROVENANCE, "seen") == {"gh-attestation"}
    assert who(evidence, EvidenceKind.SIGNATURE, "seen") == {"gh-attestation"}
    assert "in GitHub's store" in seen(evidence)[Reader.COSIGN_3][EvidenceKind.PROVENANCE].why
    assert "push-to-registry" in seen(evidence)[Reader.COSIGN_3][EvidenceKind.PROVENANCE].fix


async def test_nothing_at_github_is_absent_and_an_unanswered_question_is_not(github: FakeGitHub) -> None:
    evidence = await looked(github, UNATTESTED)
    assert seen(evidence)[Reader.GH_ATTESTATION][EvidenceKind.PROVENANCE].state == "absent"
    github.broken = 500
    for unanswered in (await looked(github, UNATTESTED), replace(evidence, code_host_asked=False)):
        assert seen(unanswered)[Reader.GH_ATTESTATION][EvidenceKind.PROVENANCE].state == "unknown"


async def test_a_repository_that_may_be_hidden_from_us_may_hold_some(github: FakeGitHub) -> None:
    evidence = await looked(github, UNATTESTED)
    assert evidence.code_host is not None
    why = Unreadable("acme/app is private or not there", UnknownReason.UNSEARCHED)
    hidden = replace(evidence, code_host=replace(evidence.code_host, hidden=(why,)))
    sight = seen(hidden)[Reader.GH_ATTESTATION][EvidenceKind.PROVENANCE]
    assert (sight.state, sight.why) == ("unknown", why.reason)
