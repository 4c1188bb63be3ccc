"""The image went through the engine's store."""

from bot.evidence import Evidence, ImageConfig, PlatformEvidence
from bot.oci.manifest import DOCKER_MANIFEST, OCI_MANIFEST
from tests.causes.showing import elsewhere, hides, of, shows, unsigned, workflow
from tests.making import config, digest, platform

ID, RULE = "load-then-push", "provenance-missing"
BUILDKIT = config(history=(("ENTRYPOINT x", "buildkit.dockerfile.v0", ""),))


def bare(made: ImageConfig = BUILDKIT) -> PlatformEvidence:
    return platform(provenance=None, sbom=None, statements=(), attestation_manifests=(), config=made)


def single(made: ImageConfig = BUILDKIT, *, media_type: str = OCI_MANIFEST, indent: int = 2) -> Evidence:
    own = digest("linux/amd64")
    return unsigned(bare(made), is_index=False, digest=own, media_type=media_type, indent=indent)


async def test_a_single_manifest_of_buildkit_may_have_come_that_way() -> None:
    shows(ID, "possible", "single manifest", evidence=await of("der-skopeo193-copy_classic"), rule=RULE)


def test_a_manifest_that_the_engine_wrote_most_likely_did() -> None:
    pushed = single(media_type=DOCKER_MANIFEST, indent=3)
    shows(ID, "likely", "Docker's engine wrote the manifest", evidence=pushed, rule=RULE)
    shows(ID, "certain", evidence=pushed, rule=RULE, workflow=workflow("workflow-load-then-push"))


async def test_one_platform_of_a_known_index_looks_alike() -> None:
    whole = elsewhere("docker.io", platform())
    hides(ID, evidence=single(), rule=RULE, sisters=[whole])


async def test_an_index_looks_alike() -> None:
    hides(ID, evidence=await of("none_2p_docker"), rule=RULE)


def test_what_another_builder_made_looks_alike() -> None:
    jib = config(history=(("jib-maven-plugin:3.4.0", "classes", "Jib"),))
    hides(ID, evidence=single(jib), rule=RULE)
