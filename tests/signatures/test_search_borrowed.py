"""A signed attestation manifest of another image, put into an index beside a platform of the attacker's own.

Its signature holds, and the index says that it is about the evil platform; the statements in it do not.
"""

from collections.abc import AsyncIterator

import pytest

from bot.context import Context, Expected, ExpectedIdentity
from bot.evidence import Evidence
from bot.rules import Outcome, catalogue
from bot.rules.level import Level, estimate
from tests.attestations.predicates import BUILT, v1
from tests.fake_registry import FakeRegistry
from tests.private_fulcio import ISSUER
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.signing import Signed

BUILDER = "https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1"
EXPECTED = Expected(identities=(ExpectedIdentity(ISSUER, BUILDER),), isolated_builders=(BUILDER,))
SIGSTORE = PrivateSigstore()


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


async def look(signed: Signed, *, borrowed: bool, forged: bool) -> Evidence:
    """One platform; the builder's signed manifest is about it, or `borrowed` from another; a `forged` one beside."""
    signer = SIGSTORE.signer(BUILDER, claims={"11": "github-hosted"})
    platform = signed.platform("linux/amd64")
    other = signed.platform("linux/amd64", config=signed.config("linux/amd64", author="somebody else"))
    predicate = v1(internal={"buildConfig": BUILT})
    real = signed.attestation(platform, signed.statement(other if borrowed else platform, predicate))
    signed.bundle(real["digest"], SIGSTORE.bundle(statement(real["digest"]), signer))
    forgery = [signed.attestation(platform, signed.statement(platform, predicate), artifact=False)] if forged else []
    signed.index(platform, real, *forgery)
    return await signed.found(SIGSTORE.trust())


def outcomes(evidence: Evidence, rule: str) -> set[Outcome]:
    (asked,) = (one for one in catalogue() if one.id == rule)
    return {finding.outcome for finding in asked.findings(Context(evidence, EXPECTED))}


async def test_the_builder_s_own(signed: Signed) -> None:
    evidence = await look(signed, borrowed=False, forged=False)
    assert [one.state for one in evidence.signatures] == ["valid"]
    for rule in ("signature-missing", "signature-identity-unexpected", "attestation-unsigned"):
        assert outcomes(evidence, rule) == set()
    assert estimate(Context(evidence, EXPECTED)).build_level == 3


async def test_borrowed_it_covers_nothing(signed: Signed) -> None:
    evidence = await look(signed, borrowed=True, forged=True)
    assert [one.state for one in evidence.signatures] == ["valid"]
    assert outcomes(evidence, "signature-missing") == {Outcome.FAIL}
    assert outcomes(evidence, "attestation-unsigned") == {Outcome.FAIL}
    found = estimate(Context(evidence, EXPECTED))
    assert (found.level, found.build_level) == (Level.UNSIGNED, 1)


async def test_the_builder_s_own_does_not_vouch_for_a_forgery_beside_it(signed: Signed) -> None:
    evidence = await look(signed, borrowed=False, forged=True)
    assert outcomes(evidence, "attestation-unsigned") == {Outcome.FAIL}
    assert estimate(Context(evidence, EXPECTED)).build_level == 1
