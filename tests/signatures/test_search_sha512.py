"""A registry that has a tag's manifest under its sha512: what was signed under that name is not said to be missing."""

import hashlib
import json

import pytest

from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.policy import Policy
from bot.signatures.finder import SignatureFinder
from bot.unreadable import UnknownReason
from tests.evidence.building import NAME, TAG
from tests.making import NOW, reported
from tests.oci.opened import opened
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_faults import Status
from tests.signatures.judged import TODAY
from tests.signatures.signing import BUNDLE, Signed

ASKED = Policy("signatures alone", require=frozenset({"signature-missing"}))


def held_by_sha512(image: Signed) -> str:
    """The index of the tag moves to its sha512, as where somebody pushed it by that."""
    own = image.repository.tags[TAG]
    stored = image.repository.manifests.pop(own)
    digest = f"sha512:{hashlib.sha512(stored.data).hexdigest()}"
    image.repository.manifests[digest] = stored
    image.repository.tags[TAG] = digest
    return digest


def sign(image: Signed, about: str, sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.bundle(statement(about), signer)
    subject = {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": about, "size": 1}
    image.referrer(about, [image.blob(json.dumps(made).encode(), BUNDLE)], BUNDLE, subject=subject)


def outcome(evidence: Evidence) -> str:
    results = reported(evidence, ASKED, now=NOW).results
    return next(one.outcome.value for one in results if one.rule == "signature-missing")


async def test_a_signature_of_the_sha512_is_not_said_to_be_missing(
    plain: Signed, sigstore: PrivateSigstore, signer: Signer
) -> None:
    plain.image()
    digest = held_by_sha512(plain)
    sign(plain, digest, sigstore, signer)
    evidence = await plain.found(sigstore.trust())
    assert outcome(evidence) == "unknown"
    told = [one for one in evidence.signatures_unreadable if one.code is UnknownReason.UNSEARCHED]
    assert any(f"@{digest}" in one.reason for one in told)


async def test_a_signature_of_the_sha256_is_not_said_to_be_missing_where_the_sha512_is_asked_for(
    plain: Signed, sigstore: PrivateSigstore, signer: Signer
) -> None:
    index, *_ = plain.image()
    stored = plain.repository.manifests[index]
    digest = held_by_sha512(plain)
    sign(plain, index, sigstore, signer)
    search = SignatureFinder(sigstore.trust, clock=lambda: TODAY)
    async with opened(plain.registry) as registry:
        image = Reference.parse(f"{plain.registry.host}/{NAME}@{digest}")
        assert outcome(await gather(image, registry, search=search)) == "fail", "it is there under that one alone"
        plain.repository.manifests[index] = stored
        evidence = await gather(image, registry, search=search)
        assert outcome(evidence) == "unknown"
        assert any(f"@{index}" in one.reason for one in evidence.signatures_unreadable)
        plain.registry.fault(index, Status(500), method="HEAD")
        assert outcome(await gather(image, registry, search=search)) == "unknown"


async def test_a_signature_of_the_sha256_counts_there(plain: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    index, *_ = plain.image()
    held_by_sha512(plain)
    sign(plain, index, sigstore, signer)
    assert outcome(await plain.found(sigstore.trust())) == "pass"


@pytest.mark.parametrize("told", ["sha512:" + "0" * 128, "sha512:0"])
async def test_a_sha512_that_is_not_true_changes_nothing(plain: Signed, sigstore: PrivateSigstore, told: str) -> None:
    plain.image()
    plain.registry.headers["Docker-Content-Digest"] = told
    assert outcome(await plain.found(sigstore.trust())) == "fail"


async def test_the_tag_is_not_said_to_have_moved(plain: Signed) -> None:
    plain.image()
    digest = held_by_sha512(plain)
    async with opened(plain.registry) as registry:
        assert await registry.resolve(plain.reference) == digest, "it is there under that one alone"
        evidence = await gather(plain.reference, registry, GatherOptions(recheck_tag=True))
        assert evidence.notes == ()
        plain.image()
        plain.index(plain.platform("linux/arm64"))
        assert (await registry.manifest(plain.reference)).also == ""
