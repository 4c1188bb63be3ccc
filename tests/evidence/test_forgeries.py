"""Forged indexes: no index that a runtime may read in another way than we do is ever passed."""

from typing import Final

import pytest

from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.policy import Policy
from bot.policy.default import REQUIRED
from bot.report import Report, Verdict
from tests.evidence.building import TAG, Builder
from tests.evidence.forgeries import FORGERIES
from tests.evidence.forgeries.table import honest
from tests.evidence.forging import Forger
from tests.making import NOW, reported
from tests.oci.opened import opened

POLICY: Final = Policy("as the built-in one, without signatures", require=REQUIRED - {"signature-invalid"})


def push(image: Builder, forger: Forger) -> None:
    """All that was forged into the fake registry; the last under the tag."""
    for blob in forger.blobs:
        image.repository.add_blob(blob)
    for data, media_type in forger.manifests:
        digest = image.repository.add_manifest(data, media_type)
    image.repository.tags[TAG] = digest


def judged(evidence: Evidence, policy: Policy = POLICY) -> Report:
    return reported(evidence, policy, now=NOW)


async def looked(image: Builder) -> Evidence:
    async with opened(image.registry) as registry:
        return await gather(image.reference, registry)


def honest_index(forger: Forger) -> None:
    """The good image, and nothing else."""
    forger.index(*honest(forger)[1])


async def test_without_a_trick_it_passes(image: Builder) -> None:
    forger = Forger()
    honest_index(forger)
    push(image, forger)
    evidence = await looked(image)
    assert evidence.ambiguous == ()
    assert judged(evidence).verdict is Verdict.PASS


@pytest.mark.parametrize("name", FORGERIES)
async def test_no_forgery_passes(image: Builder, name: str) -> None:
    forger = Forger()
    FORGERIES[name](forger)
    push(image, forger)
    report = judged(await looked(image))
    assert report.verdict is not Verdict.PASS
