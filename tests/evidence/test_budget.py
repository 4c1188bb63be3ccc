"""What looking costs: requests, counted pulls, round trips.

Docker Hub counts every GET of a manifest. Those of the platforms are read all the same: a runtime reads them, and one
that two readers may read in two ways must not pass. No blob endpoint serves them; a digest is fetched once. A runtime
takes the command from the configuration; it is a blob, and asked for beside the statements.
"""

from pathlib import Path

import pytest

from bot.evidence import ImageConfig, NotAsked, Requests
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.oci.tally import counting
from bot.policy import default_policy
from bot.signatures.finder import SignatureFinder
from bot.signatures.roots.root import Trust
from tests.evidence.building import NAME, OPTIONS, TAG, Builder
from tests.making import NOW, reported
from tests.oci.opened import opened
from tests.registry_auth import Auth


async def looked(image: Builder, folder: Path, options: GatherOptions = OPTIONS) -> tuple[Requests, Builder]:
    image.registry.add_layout(folder, NAME, tag=TAG)
    evidence = await image.gather(options)
    return evidence.requests, image


async def test_two_platforms_with_provenance_and_sbom(image: Builder, samples: Path) -> None:
    requests, image = await looked(image, samples / "max-sbom_2p_dflt")
    assert requests == Requests(total=11, manifest_pulls=5, round_trips=3)
    assert image.registry.count() == 11
    assert image.registry.count("GET", "/manifests/") == 5  # index, platforms, attestation manifests
    assert image.registry.count("HEAD") == 0


async def test_the_same_behind_a_token(image: Builder, samples: Path) -> None:
    image.registry.auth = Auth()
    requests, image = await looked(image, samples / "max-sbom_2p_dflt")
    assert requests == Requests(total=11, manifest_pulls=5, round_trips=5)  # the refusal and the token come first
    assert image.registry.count("", "/token") == 1


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("none_2p_dflt", Requests(total=5, manifest_pulls=3, round_trips=3)),  # index, platforms, configurations
        ("max-args_1p_classic", Requests(total=5, manifest_pulls=3, round_trips=3)),
        ("der-imagetools-merge_partial", Requests(total=7, manifest_pulls=4, round_trips=3)),
        ("min_2p_dflt", Requests(total=9, manifest_pulls=5, round_trips=3)),
    ],
)
async def test_other_shapes(image: Builder, samples: Path, folder: str, expected: Requests) -> None:
    assert (await looked(image, samples / folder))[0] == expected


async def test_never_asking_for_configurations_saves_two_blobs_and_no_pull(image: Builder, samples: Path) -> None:
    requests, _ = await looked(image, samples / "max-sbom_2p_dflt", GatherOptions(config="never"))
    assert requests == Requests(total=9, manifest_pulls=5, round_trips=3)


async def test_why_a_configuration_was_not_read_is_told(image: Builder, samples: Path) -> None:
    image.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag=TAG)
    evidence = await image.gather()
    assert all(isinstance(platform.config, ImageConfig) for platform in evidence.platforms)
    evidence = await image.gather(GatherOptions(config="never"))
    assert all(isinstance(platform.config, NotAsked) for platform in evidence.platforms)
    assert all("switched off" in getattr(platform.config, "reason", "") for platform in evidence.platforms)


async def test_a_caller_that_counts_already_keeps_its_tally_and_evidence_has_its_own_share(
    image: Builder, samples: Path
) -> None:
    image.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag=TAG)
    async with opened(image.registry) as registry:
        with counting() as tally:
            await registry.resolve(image.reference)
            evidence = await gather(image.reference, registry)
    assert tally.total == 12
    assert evidence.requests == Requests(total=11, manifest_pulls=5, round_trips=3)


async def test_the_search_for_signatures_is_counted_apart(image: Builder, samples: Path) -> None:
    image.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag=TAG)
    async with opened(image.registry) as registry:
        options = GatherOptions(recheck_tag=True)
        evidence = await gather(image.reference, registry, options, search=SignatureFinder(never))
    assert evidence.attestation_requests == Requests(total=11, manifest_pulls=5, round_trips=3)
    assert evidence.signature_requests == Requests(total=11, round_trips=2)  # a list, 4 tags, 5 referrers, a control
    assert evidence.signature_requests.manifest_pulls == 0
    assert evidence.requests.total == 11 + evidence.signature_requests.total + 1 == image.registry.count()
    shares = reported(evidence, default_policy(), now=NOW).model_dump()["requests"]
    assert shares["attestations"] == {"total": 11, "manifest_pulls": 5, "round_trips": 3}
    assert shares["signatures"]["total"] + 12 == shares["total"]


async def test_where_places_are_few_the_documents_of_the_image_go_before_the_search(
    image: Builder, samples: Path
) -> None:
    image.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag=TAG)
    async with opened(image.registry, concurrency=1, concurrency_max=1) as registry:
        await gather(image.reference, registry, search=SignatureFinder(never))
    paths = [asked.path for asked in image.registry.requests]
    last = max(place for place, path in enumerate(paths) if "/blobs/" in path)
    before = [path for path in paths[:last] if "/referrers/" in path or ".sig" in path]
    assert len(before) <= 1  # that one went while nobody else waited
    assert sum("/referrers/" in path for path in paths) == 5


def never() -> Trust:
    raise AssertionError("nobody signed, so nobody needs a root")


async def test_asking_again_whether_the_tag_moved_is_one_head(image: Builder, samples: Path) -> None:
    requests, image = await looked(image, samples / "max-sbom_2p_dflt", GatherOptions(recheck_tag=True))
    assert (requests.total, requests.manifest_pulls) == (12, 5)
    assert image.registry.count("HEAD") == 1


async def test_by_digest_there_is_nothing_to_ask_again(image: Builder, samples: Path) -> None:
    digest = image.registry.add_layout(samples / "max-sbom_2p_dflt", NAME)
    async with opened(image.registry) as registry:
        reference = Reference.parse(f"{image.registry.host}/{NAME}@{digest}")
        evidence = await gather(reference, registry, GatherOptions(recheck_tag=True))
    assert evidence.requests.total == 11
