"""The layers were packed anew on the way."""

from bot.evidence import Unlinked, UnlinkedReason
from tests.causes.showing import hides, of, shows
from tests.evidence.building import Builder
from tests.fake_registry import FakeRegistry
from tests.making import digest, image, platform

ID, RULE = "recompressed-copy", "attestation-unlinked"
DANGLING = Unlinked(digest("a"), UnlinkedReason.DANGLING, digest("old"))
ALONE = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())


async def test_attestations_of_the_old_platforms_dangle() -> None:
    async with FakeRegistry() as registry:
        build = Builder(registry)
        old = build.platform("linux/amd64")
        attestation = build.attestation(old, build.layer(b"{}"))
        new = build.platform("linux/amd64", config=build.config("linux/amd64", created="2026-01-01T00:00:00Z"))
        build.index(new, attestation)
        evidence = await build.gather()
    cause = shows(ID, "certain", "1 attestations", evidence=evidence, rule=RULE)
    assert "--preserve-digests" in cause.snippet
    shows(ID, "certain", evidence=evidence, rule="provenance-missing")


async def test_dropped_annotations_look_alike() -> None:
    hides(ID, evidence=await of("der-buildah-manifest-add-all_dflt"), rule=RULE)


def test_a_platform_that_was_filtered_out_leaves_the_same_but_the_others_keep_theirs() -> None:
    hides(ID, evidence=image(platform(), unlinked=(DANGLING,)), rule=RULE)
    shows(ID, "certain", evidence=image(ALONE, unlinked=(DANGLING,)), rule=RULE)
