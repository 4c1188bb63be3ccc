"""An image of which GitHub may hold attestations, and what is found when it is asked."""

import json

from bot.attestations.statement import SLSA_V1
from bot.check.code_host import with_attestations
from bot.evidence import Evidence
from bot.policy import Policy, default_policy
from bot.signatures.finder import SignatureFinder
from bot.values import replace
from tests.attestations.predicates import v1
from tests.check.built import reaching
from tests.fake_github import FakeGitHub
from tests.making import config, digest, image, platform
from tests.private_sigstore import PrivateSigstore, statement

INDEX, AMD64 = digest("index"), digest("linux/amd64")
SIGSTORE = PrivateSigstore()
BARE = image(platform(provenance=None, sbom=None, config=config()), digest=INDEX, signatures=())
LABELLED = (("org.opencontainers.image.source", "https://github.com/acme/app"),)
FROM_GITHUB = replace(BARE, platforms=(replace(BARE.platforms[0], config=config(labels=LABELLED)),))


def signed(about: str, sigstore: PrivateSigstore = SIGSTORE, predicate_type: str = SLSA_V1) -> bytes:
    content = statement(about, predicate_type, v1() if predicate_type == SLSA_V1 else {})
    return json.dumps(sigstore.bundle(content, sigstore.signer())).encode()


async def looked(
    github: FakeGitHub, evidence: Evidence = FROM_GITHUB, policy: Policy | None = None, *, token: bool = False
) -> Evidence:
    finder = SignatureFinder(SIGSTORE.trust)
    async with reaching(github, token=token) as hosts:
        return await with_attestations(evidence, policy or default_policy(), hosts, finder)
