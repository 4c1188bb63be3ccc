"""A 404 of the code host: nothing is there, or we may not see it. What it hides is never missing."""

from collections.abc import AsyncIterator

import pytest

from bot.check import code_host
from bot.evidence import Evidence
from bot.policy import Policy, default_policy
from bot.rules import Outcome
from bot.values import replace
from tests.check.attested import AMD64, BARE, FROM_GITHUB, INDEX, looked, signed
from tests.fake_github import FakeGitHub
from tests.making import provenance, reported
from tests.rules.test_attestation_stores_differ import IN_REGISTRY, holding


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.repository("acme/app", {})
        yield github


async def test_github_shows_that_it_lacks_what_the_registry_holds_or_nobody_knows(github: FakeGitHub) -> None:
    """A 404 about an attestation is an absence only where the repository is shown to us."""
    attested = holding(IN_REGISTRY, code_host=None)

    async def outcome(evidence: Evidence, policy: Policy | None = None) -> Outcome:
        found = await looked(github, evidence, policy)
        return next(one.outcome for one in reported(found).results if one.rule == "attestation-stores-differ")

    assert await outcome(attested) is Outcome.FAIL
    assert [path for _, path, _ in github.asked][-1] == "/repos/acme/app"
    github.repositories["acme/app"].is_private = True
    assert await outcome(attested) is Outcome.UNKNOWN
    assert await outcome(attested, naming(r"https://github\.com/acme/")) is Outcome.UNKNOWN
    github.asked.clear()
    assert await outcome(replace(attested, signatures=())) is Outcome.SKIPPED
    unasked = replace(default_policy(), advise=frozenset[str]())
    await looked(github, attested, unasked)
    assert len(github.asked) == 4  # about the index and the platform alone, twice


async def test_the_report_does_not_count_what_a_404_may_hide(github: FakeGitHub) -> None:
    def at_github(evidence: Evidence) -> list[int | None]:
        return [one.found for one in reported(evidence).stores if one.store == "github"]

    assert at_github(await looked(github)) == [None]
    assert at_github(await looked(github, holding(IN_REGISTRY, code_host=None))) == [0]  # it was asked who sees it
    github.repositories["acme/app"].attestations.store(AMD64, signed(AMD64))
    assert at_github(await looked(github)) == [1]


async def test_of_a_private_repository_a_404_may_be_a_lack_of_rights(github: FakeGitHub) -> None:
    """A token that may read the sources need not be one that may read attestations."""
    github.repositories["acme/app"].is_private = True
    found = await looked(github, holding(IN_REGISTRY), naming(r"https://github\.com/acme/"), token=True)
    (result,) = (one for one in reported(found).results if one.rule == "attestation-stores-differ")
    assert result.outcome is Outcome.UNKNOWN
    assert "PROVENANCE_GITHUB_TOKEN is empty or may not read its attestations" in result.findings[0].message


def told_as_private(*, private: bool) -> Evidence:
    built = replace(provenance(), repository_private=private)
    return replace(BARE, platforms=(replace(BARE.platforms[0], provenance=built),))


def naming(source: str) -> Policy:
    plain = default_policy()
    return replace(plain, expected=replace(plain.expected, sources=(source,)))


async def test_a_private_repository_may_hold_what_nobody_shows_us(github: FakeGitHub) -> None:
    github.repositories["acme/app"].is_private = True
    (why,) = (await looked(github, told_as_private(private=True))).code_host_unreadable
    assert "acme/app is private" in why.reason
    assert not why.passing
    assert "PROVENANCE_GITHUB_TOKEN is not used for it" in why.reason
    (why,) = (await looked(github, policy=naming(r"https://github\.com/acme/"))).code_host_unreadable
    assert "PROVENANCE_GITHUB_TOKEN is empty or may not see it" in why.reason


async def test_a_repository_that_we_see_holds_none_where_it_says_so(github: FakeGitHub) -> None:
    assert not (await looked(github, told_as_private(private=True))).code_host_unreadable
    assert not (await looked(github, policy=naming(r"https://github\.com/acme/"))).code_host_unreadable
    github.repositories["acme/app"].is_private = True
    ours = naming(r"https://github\.com/acme/")
    assert not (await looked(github, policy=ours, token=True)).code_host_unreadable


@pytest.mark.parametrize("evidence", [FROM_GITHUB, told_as_private(private=False)])
async def test_a_label_alone_makes_no_repository_private(github: FakeGitHub, evidence: Evidence) -> None:
    github.repositories["acme/app"].is_private = True
    assert not (await looked(github, evidence)).code_host_unreadable
    assert len(github.asked) == 2


async def test_where_one_digest_has_an_attestation_the_repository_is_seen(github: FakeGitHub) -> None:
    github.repositories["acme/app"].attestations.store(INDEX, signed(INDEX))
    assert not (await looked(github, told_as_private(private=True))).code_host_unreadable
    assert len(github.asked) == 2


async def test_a_repository_more_than_is_asked_may_hold_it(github: FakeGitHub) -> None:
    names = [f"https://github.com/acme/{number}" for number in range(code_host.REPOSITORIES_MAX + 1)]
    platforms = tuple(
        replace(BARE.platforms[0], platform=f"linux/{number}", provenance=replace(provenance(), source=name))
        for number, name in enumerate(names)
    )
    most = replace(BARE, platforms=platforms[:-1])
    assert not (await looked(github, most)).code_host_unreadable
    (why,) = (await looked(github, replace(BARE, platforms=platforms))).code_host_unreadable
    assert f"acme/{code_host.REPOSITORIES_MAX} was not asked" in why.reason
