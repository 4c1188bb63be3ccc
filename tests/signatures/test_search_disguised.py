"""What hangs on a platform that the index does not call one is sought when its own document tells what it is."""

from collections.abc import AsyncIterator

import pytest

from bot.attestations.provenance import Provenance
from bot.attestations.statement import SLSA_V1
from bot.evidence import Evidence
from bot.policy import default_policy
from bot.report import Report
from bot.rules import Outcome, Question
from bot.signatures.finder import SignatureFinder
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import OCI_MANIFEST, Json
from tests.fake_registry import FakeRegistry
from tests.making import NOW, reported
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_faults import Status
from tests.registry_shelf import descriptor, encode
from tests.signatures.judged import TODAY
from tests.signatures.signing import Signed, look

SIGSTORE = PrivateSigstore()
PROVENANCE = v1(internal={"buildConfig": BUILT})


@pytest.fixture
async def image() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


def sign(image: Signed, child: Json) -> None:
    """A signature and provenance under the tags of cosign."""
    about, signer = child["digest"], SIGSTORE.signer()
    image.sig_tag(about, SIGSTORE.sig_layer(about, signer))
    image.sig_tag(about, SIGSTORE.att_layer(statement(about, SLSA_V1, PROVENANCE), signer), suffix="att")


def disguised(image: Signed) -> Json:
    """An image that the index calls an attestation of another one."""
    told = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": f"sha256:{'0' * 64}"}
    unknown = {"os": "unknown", "architecture": "unknown"}
    return image.platform("linux/arm64") | {"annotations": told, "platform": unknown}


def in_index_called_manifest(image: Signed, child: Json) -> Json:
    """An index around the child, which the outer one describes as a manifest."""
    data = encode({"schemaVersion": 2, "manifests": [child]})
    image.repository.add_manifest(data)
    return descriptor(data, OCI_MANIFEST)


async def found(image: Signed) -> tuple[Evidence, Report]:
    evidence = await look(image, SignatureFinder(SIGSTORE.trust, clock=lambda: TODAY))
    return evidence, reported(evidence, default_policy(), now=NOW)


def outcome(report: Report, question: Question) -> Outcome:
    answer = report.answer(question)
    assert answer is not None
    return answer.outcome


@pytest.mark.parametrize("nested", [False, True])
async def test_its_signature_and_its_provenance_are_found(image: Signed, *, nested: bool) -> None:
    open_, hidden = image.platform("linux/amd64"), disguised(image)
    if nested:
        hidden = image.platform("linux/arm64")
    image.index(open_, in_index_called_manifest(image, hidden) if nested else hidden)
    for child in (open_, hidden):
        sign(image, child)
    evidence, report = await found(image)
    assert {one.digest for one in evidence.signatures} == {open_["digest"], hidden["digest"]}
    assert all(isinstance(one.provenance, Provenance) for one in evidence.platforms)
    assert outcome(report, Question.IS_SIGNED) is Outcome.PASS
    assert outcome(report, Question.HAS_PROVENANCE) is Outcome.PASS


async def test_without_a_signature_it_is_not_signed(image: Signed) -> None:
    open_ = image.platform("linux/amd64")
    image.index(open_, disguised(image))
    sign(image, open_)
    assert outcome((await found(image))[1], Question.IS_SIGNED) is Outcome.FAIL


async def test_where_its_tags_cannot_be_asked_for_it_is_unknown(image: Signed) -> None:
    open_, hidden = image.platform("linux/amd64"), disguised(image)
    image.index(open_, hidden)
    for child in (open_, hidden):
        sign(image, child)
    image.registry.fault(f"/manifests/{hidden['digest'].replace(':', '-')}.", Status(403))
    assert outcome((await found(image))[1], Question.IS_SIGNED) is Outcome.UNKNOWN


async def test_what_refers_to_it_counts_once(image: Signed) -> None:
    """Referrers of what the index calls an attestation were sought before."""
    open_, hidden = image.platform("linux/amd64"), disguised(image)
    image.index(open_, hidden)
    image.bundle(hidden["digest"], SIGSTORE.bundle(statement(hidden["digest"], SLSA_V1, PROVENANCE), SIGSTORE.signer()))
    evidence, _ = await found(image)
    (platform,) = (one for one in evidence.platforms if one.digest == hidden["digest"])
    assert (len(evidence.signatures), len(platform.provenances), len(platform.statements)) == (1, 1, 1)
