"""Forged indexes: no index that a runtime may read in another way than we do is ever passed."""

from typing import Final

import pytest

from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.oci.ambiguity import Twofold
from bot.policy import Policy
from bot.policy.default import REQUIRED
from bot.report import Report, Verdict
from tests.evidence.building import NAME, TAG, Builder
from tests.evidence.forgeries import FORGERIES, LESS, UNSEEN
from tests.evidence.forgeries.table import honest
from tests.evidence.forging import Forger, archive
from tests.making import NOW, reported
from tests.oci.opened import opened
from tests.registry_faults import Status

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


LEAN: Final = Policy("only what is there", require=frozenset({"provenance-missing", "sbom-missing"}))
"""A policy that does not ask for what most forgeries fail beside, such as attestation-unlinked."""


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


@pytest.mark.parametrize("name", FORGERIES | UNSEEN)
async def test_no_forgery_passes(image: Builder, name: str) -> None:
    forger = Forger()
    (FORGERIES | UNSEEN)[name](forger)
    push(image, forger)
    evidence = await looked(image)
    for policy in (POLICY, LEAN):
        assert judged(evidence, policy).verdict is not Verdict.PASS


@pytest.mark.parametrize("name", LESS)
async def test_what_is_less_than_it_seems_does_not_pass(image: Builder, name: str) -> None:
    forger = Forger()
    LESS[name](forger)
    push(image, forger)
    assert judged(await looked(image)).verdict is not Verdict.PASS


async def test_a_manifest_that_is_called_an_index_is_told(image: Builder) -> None:
    forger = Forger()
    FORGERIES["manifest_said_to_be_an_index"](forger)
    push(image, forger)
    told = {one.detail for one in (await looked(image)).ambiguous}
    assert any("its descriptor says index" in detail for detail in told)


async def test_two_kinds_at_once_are_told_and_each_platform_is_judged_once(image: Builder) -> None:
    forger = Forger()
    FORGERIES["both_said_index"](forger)
    push(image, forger)
    evidence = await looked(image)
    assert Twofold.INDEX_AND_MANIFEST in {one.kind for one in evidence.ambiguous}
    assert [one.digest for one in evidence.platforms].count(forger.who["good"]) == 1
    assert evidence.digest in {one.digest for one in evidence.platforms}


@pytest.mark.parametrize("platform", [{"os": "", "architecture": ""}, {"os": "unknown"}, {"architecture": ""}])
async def test_a_platform_without_words_is_not_named(image: Builder, platform: dict[str, str]) -> None:
    forger = Forger()
    scratch = forger.image("evil", os="", architecture="")
    forger.index(*honest(forger)[1], scratch.child | {"platform": platform})
    push(image, forger)
    evidence = await looked(image)
    assert [one.platform for one in evidence.platforms] == ["linux/amd64", "platform not named"]


@pytest.mark.parametrize("which", [0, 1, 2, 3])
async def test_a_child_that_could_not_be_looked_at_may_be_anything(image: Builder, which: int) -> None:
    """A platform with attestations, one that is said to be an attestation, tied or not, and one that tells nothing."""
    forger = Forger()
    _, children = honest(forger)
    stray = forger.attestation(forger.image("another"))
    unnamed = forger.attestation(forger.image("a third"))
    children += [stray, {key: unnamed[key] for key in ("mediaType", "digest", "size")}]
    forger.index(*children)
    push(image, forger)
    image.registry.fault(f"/manifests/{children[which]['digest']}", Status(500))
    assert judged(await looked(image), LEAN).verdict is Verdict.UNKNOWN
    image.registry.heal()
    assert judged(await looked(image), LEAN).verdict is Verdict.PASS


async def test_a_file_system_that_is_called_a_statement_is_told(image: Builder) -> None:
    """Whether the manifest is tied to a platform or not."""
    for name in (
        "file_system_typed_as_statement",
        "file_system_typed_as_statement_and_linked",
        "nothing_typed_as_what_it_is",
    ):
        forger = Forger()
        FORGERIES[name](forger)
        push(image, forger)
        told = [one.detail for one in (await looked(image)).ambiguous]
        assert len(told) == 1
        assert "is called a statement" in told[0]


@pytest.mark.parametrize("note", [{}, {"type": "attestation-manifest"}, {"type": "dashboard"}])
async def test_a_child_that_is_not_there_may_come_later(image: Builder, note: dict[str, str]) -> None:
    """Not every registry asks for the children before it takes an index."""
    forger = Forger()
    _, children = honest(forger)
    evil = forger.evil()
    forger.index(*children, evil.noted(**note))
    push(image, forger)
    image.registry.lose(NAME, evil.digest)
    assert judged(await looked(image), LEAN).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "name", ["file_system_typed_as_statement", "file_system_typed_as_statement_and_linked"], ids=["stray", "linked"]
)
async def test_a_file_system_that_is_called_a_statement_and_is_not_there(image: Builder, name: str) -> None:
    """Runtimes fetch it from the `urls` of its descriptor, or it is pushed again after the check."""
    forger = Forger()
    FORGERIES[name](forger)
    forger.blobs = [blob for blob in forger.blobs if blob != archive("evil")]
    push(image, forger)
    assert judged(await looked(image), LEAN).verdict is Verdict.UNKNOWN
