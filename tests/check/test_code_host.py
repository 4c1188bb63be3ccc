"""Attestations that only the code host holds: found, verified, merged; and what becomes of no answer."""

from collections.abc import AsyncIterator

import pytest

from bot.attestations.provenance import Provenance
from bot.attestations.statement import SLSA_V1
from bot.check import code_host
from bot.check.code_host import NOT_ASKED, with_attestations
from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.report import State
from bot.rules import Outcome, Question
from bot.signatures.finder import SignatureFinder
from bot.signatures.signature import Layout, SignatureState
from bot.unreadable import UnknownReason, Unreadable
from bot.values import replace
from tests.check.attested import AMD64, BARE, FROM_GITHUB, INDEX, LABELLED, SIGSTORE, looked, signed
from tests.fake_github import FakeGitHub
from tests.making import config, digest, provenance, reported
from tests.private_fulcio import WORKFLOW
from tests.private_sigstore import PrivateSigstore


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.repository("acme/app", {})
        yield github


async def test_provenance_about_the_index_counts_for_every_platform(github: FakeGitHub) -> None:
    github.repositories["acme/app"].attestations.store(INDEX, signed(INDEX))
    evidence = await looked(github)
    (signature,) = evidence.signatures
    assert (signature.layout, signature.state) == (Layout.GITHUB_API, SignatureState.VALID)
    assert (signature.digest, signature.identity, signature.predicate_type) == (INDEX, WORKFLOW, SLSA_V1)
    assert isinstance(evidence.platforms[0].provenance, Provenance)
    assert evidence.platforms[0].where == "github-api"
    assert not evidence.signatures_unreadable


async def test_a_platform_is_asked_about_by_its_own_digest(github: FakeGitHub) -> None:
    github.repositories["acme/app"].attestations.store(AMD64, signed(AMD64))
    evidence = await looked(github)
    assert [one.digest for one in evidence.signatures] == [AMD64]
    assert len(github.asked) == 2


async def test_an_attestation_about_another_digest_is_refused(github: FakeGitHub) -> None:
    github.repositories["acme/app"].attestations.store(INDEX, signed(digest("another image")))
    evidence = await looked(github)
    assert [one.state for one in evidence.signatures] == [SignatureState.INVALID]
    assert evidence.platforms[0].provenance is None


async def test_one_of_an_unknown_authority_is_not_valid(github: FakeGitHub) -> None:
    github.repositories["acme/app"].attestations.store(INDEX, signed(INDEX, PrivateSigstore("somebody else")))
    evidence = await looked(github)
    assert [one.state for one in evidence.signatures] != [SignatureState.VALID]


async def test_none_is_none(github: FakeGitHub) -> None:
    evidence = await looked(github)
    assert not evidence.signatures
    assert not evidence.signatures_unreadable
    assert evidence.signatures_searched


async def test_without_an_answer_the_search_is_incomplete(github: FakeGitHub) -> None:
    github.broken, github.headers = 429, {"Retry-After": "60"}
    (why,) = {one.reason.partition(" until")[0] for one in (await looked(github)).code_host_unreadable}
    assert "GitHub" in why
    assert all(one.passing for one in (await looked(github)).code_host_unreadable)


async def test_what_the_registry_lacks_is_told_while_it_does_not_answer(github: FakeGitHub) -> None:
    def told(evidence: Evidence) -> tuple[Outcome, State]:
        report = reported(evidence)
        answer = report.answer(Question.HAS_PROVENANCE)
        assert answer is not None
        return answer.outcome, report.platforms[0].provenance.state

    assert told(await looked(github)) == (Outcome.FAIL, State.ABSENT)
    github.repositories["acme/app"].attestations.store(INDEX, signed(INDEX))
    assert told(await looked(github)) == (Outcome.PASS, State.PRESENT)
    github.broken = 503
    assert told(await looked(github)) == (Outcome.FAIL, State.ABSENT)


async def test_a_slow_host_ends_in_time(github: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_host, "SECONDS", 0.0)
    assert (await looked(github)).code_host_unreadable


async def test_a_platform_that_nobody_asked_about_may_be_attested(github: FakeGitHub) -> None:
    """An image of many platforms, of which the last ones are past our limit."""
    names = [f"linux/amd64/v{number}" for number in range(1, code_host.DIGESTS_MAX)]
    platforms = tuple(replace(FROM_GITHUB.platforms[0], platform=name, digest=digest(name)) for name in names)
    assert not (await looked(github, replace(FROM_GITHUB, platforms=platforms))).code_host_unreadable
    one_more = (*platforms, replace(platforms[0], platform="linux/arm64", digest=digest("linux/arm64")))
    (why,) = (await looked(github, replace(FROM_GITHUB, platforms=one_more))).code_host_unreadable
    assert why.code is UnknownReason.OVER_LIMIT


async def test_switched_off_the_report_says_so() -> None:
    evidence = await with_attestations(FROM_GITHUB, default_policy(), None, SignatureFinder(SIGSTORE.trust))
    assert NOT_ASKED in evidence.notes
    assert not evidence.signatures_unreadable


@pytest.mark.parametrize(
    "source", ["", "https://gitlab.com/acme/app", "https://github.com/acme", "https://github.com/acme/app/../../x/y"]
)
async def test_a_source_elsewhere_asks_nobody(github: FakeGitHub, source: str) -> None:
    labels = (("org.opencontainers.image.source", source),)
    evidence = replace(BARE, platforms=(replace(BARE.platforms[0], config=config(labels=labels)),))
    assert await looked(github, evidence) == evidence
    assert not github.asked


UNREAD = Unreadable("a statement: the registry answered 503", passing=True)


@pytest.mark.parametrize(
    "evidence",
    [
        replace(BARE, platforms=(replace(BARE.platforms[0], provenance=UNREAD),)),
        replace(BARE, platforms=(replace(BARE.platforms[0], config=UNREAD),)),
        replace(BARE, unreadable=(UNREAD,)),
    ],
    ids=["provenance", "configuration", "platform"],
)
async def test_a_source_that_could_not_be_read_is_not_a_missing_signature(
    github: FakeGitHub, evidence: Evidence
) -> None:
    """GitHub may hold a signature, and nobody knows of which repository to ask for it."""
    found = await looked(github, evidence)
    (why,) = found.code_host_unreadable
    assert (why.code, why.passing) == (UnknownReason.UNSEARCHED, True)
    assert why.reason == "GitHub's attestations API: the repository to ask about could not be read: " + UNREAD.reason
    results = {one.rule: one.outcome for one in reported(found).results}
    assert results["signature-missing"] == "unknown"


async def test_a_label_of_the_base_image_does_not_stand_for_a_provenance_that_could_not_be_read(
    github: FakeGitHub,
) -> None:
    """The repository that the label names holds nothing, and the one that built the image was not asked."""
    unread = replace(FROM_GITHUB, platforms=(replace(FROM_GITHUB.platforms[0], provenance=UNREAD),))
    (why,) = (await looked(github, unread)).code_host_unreadable
    assert why.reason.endswith(UNREAD.reason)
    results = {one.rule: one.outcome for one in reported(await looked(github, unread)).results}
    assert results["signature-missing"] == "unknown"


async def test_where_the_policy_names_the_repository_nothing_else_has_to(github: FakeGitHub) -> None:
    unread = replace(BARE, platforms=(replace(BARE.platforms[0], provenance=UNREAD),))
    policy = replace(default_policy(), workflow="https://github.com/acme/app/.github/workflows/release.yml")
    assert not (await looked(github, unread, policy=policy)).code_host_unreadable


@pytest.mark.parametrize("code", [UnknownReason.GONE, UnknownReason.MALFORMED])
async def test_what_names_no_repository_to_anybody_hides_none(github: FakeGitHub, code: UnknownReason) -> None:
    evidence = replace(BARE, platforms=(replace(BARE.platforms[0], provenance=Unreadable("a statement", code)),))
    assert await looked(github, evidence) == evidence


async def test_of_a_layout_on_disk_no_code_host_is_asked(github: FakeGitHub) -> None:
    evidence = replace(BARE, image=Reference("oci:image", "", "1"), unreadable=(UNREAD,))
    assert await looked(github, evidence) == evidence


async def test_without_a_code_host_there_is_nothing_that_it_did_not_answer() -> None:
    evidence = replace(BARE, unreadable=(UNREAD,))
    assert await with_attestations(evidence, default_policy(), None, SignatureFinder(SIGSTORE.trust)) == evidence


@pytest.mark.parametrize("place", ["provenance", "annotation", "policy"])
async def test_the_source_may_be_named_elsewhere(github: FakeGitHub, place: str) -> None:
    github.repositories["acme/app"].attestations.store(INDEX, signed(INDEX))
    policy, evidence = default_policy(), BARE
    if place == "provenance":
        evidence = replace(BARE, platforms=(replace(BARE.platforms[0], provenance=provenance()),))
    elif place == "annotation":
        evidence = replace(BARE, annotations=LABELLED)
    else:
        policy = replace(policy, workflow="https://github.com/acme/app/.github/workflows/release.yml")
    assert len((await looked(github, evidence, policy)).signatures) == 1


async def test_the_token_is_used_only_where_the_policy_names_the_repository(github: FakeGitHub) -> None:
    github.repositories["acme/app"].is_private = True
    github.repositories["acme/app"].attestations.store(INDEX, signed(INDEX))
    assert not (await looked(github, token=True)).signatures
    assert not any(sent for _, _, sent in github.asked)
    plain = default_policy()
    ours = replace(plain, expected=replace(plain.expected, sources=(r"https://github\.com/acme/",)))
    assert len((await looked(github, policy=ours, token=True)).signatures) == 1
