"""A workflow that everybody may call signs whatever its callers build: the whole check asks who called it."""

import pytest

from bot.context import Expected, ExpectedIdentity
from bot.policy import Policy
from bot.report import Verdict
from tests.attestations.predicates import BUILT, COMMIT, v1
from tests.making import ISSUER, NOW, reported
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.signing import Signed

BUILDER = "https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1"
ACME = "https://github.com/acme/app"
POLICY = Policy(
    "acme",
    require=frozenset({"signature-missing", "signature-identity-unexpected", "provenance-source-unexpected"}),
    expected=Expected(
        identities=(ExpectedIdentity(ISSUER, r"https://github\.com/docker/github-builder/.+"),),
        sources=(r"https://github\.com/acme/",),
    ),
)


def claiming(image: Signed, source: str) -> str:
    """An image whose unsigned provenance claims that source."""
    platform = image.platform()
    told = v1(internal={"buildConfig": BUILT}, metadata={"vcs": {"source": source, "revision": COMMIT}})
    return image.index(platform, image.attestation(platform, image.statement(platform, told)))


@pytest.mark.parametrize(
    ("caller", "verdict"), [(ACME, Verdict.PASS), ("https://github.com/mallory/app", Verdict.FAIL)]
)
async def test_a_stranger_s_image_that_claims_our_source_does_not_pass(
    plain: Signed, sigstore: PrivateSigstore, caller: str, verdict: Verdict
) -> None:
    index = claiming(plain, ACME)
    signer = sigstore.signer(BUILDER, claims={"12": caller})
    plain.bundle(index, sigstore.bundle(statement(index), signer))
    evidence = await plain.found(sigstore.trust())
    assert [one.state for one in evidence.signatures] == ["valid"]
    assert reported(evidence, POLICY, now=NOW).verdict is verdict
