"""The index lost its annotations."""

from bot.evidence import Unlinked, UnlinkedReason
from tests.causes.showing import hides, of, shows
from tests.making import digest, image, platform

ID, RULE = "annotations-dropped", "attestation-unlinked"


async def test_buildah_manifest_add_drops_them() -> None:
    evidence = await of("der-buildah-manifest-add-all_dflt")
    cause = shows(ID, "certain", "2 attestation manifests", evidence=evidence, rule=RULE)
    assert "imagetools create" in cause.snippet
    shows(ID, "certain", evidence=evidence, rule="sbom-missing")


def test_references_that_dangle_look_alike() -> None:
    alone = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())
    dangling = Unlinked(digest("a"), UnlinkedReason.DANGLING, digest("old"))
    hides(ID, evidence=image(alone, unlinked=(dangling,)), rule=RULE)
