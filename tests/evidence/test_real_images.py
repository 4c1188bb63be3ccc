"""The same images through a real docker-registry give the same truth as through their layouts."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import pytest

from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.oci.layout import LayoutRegistry, parse_layout
from bot.oci.options import RegistryOptions
from bot.oci.reference import Reference
from bot.oci.registries import open_registries
from bot.values import replace
from tests.evidence.test_samples import TRUTHS
from tests.evidence.test_samples import folder as folder_of
from tests.evidence.test_truth import agrees, agrees_in_public, names, public, truth_of
from tests.real_parts import DockerRegistry, running_registry

pytestmark = pytest.mark.real

REPOSITORY = "demo/app"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerRegistry]:
    """One docker-registry for all images."""
    with running_registry(tmp_path_factory.mktemp("docker-registry")) as registry:
        yield registry


async def looked(shelf: DockerRegistry, folder: Path) -> Evidence:
    """Push the image as people do, and look at it over HTTP."""
    reference = parse_layout(f"oci:{folder}")
    try:
        digest = shelf.push_layout(folder, REPOSITORY, folder.name, name=reference.tag)
    except CalledProcessError:  # skopeo does not copy indexes in indexes, nor Docker's types out of a layout
        digest = shelf.place_layout(folder, REPOSITORY, folder.name)
    options = RegistryOptions(insecure_hosts=(shelf.host,), private_hosts=(shelf.host,))
    async with open_registries(options) as registry:
        evidence = await gather(Reference.parse(f"{shelf.host}/{REPOSITORY}:{folder.name}"), registry)
    assert evidence.digest == digest
    return evidence


async def same_as_its_layout(evidence: Evidence, folder: Path) -> None:
    """Everything but the name is what the layout itself gives, requests included.

    But for their longest chain: where many blobs wait for a turn, it depends on which answer comes first.
    """
    reference = parse_layout(f"oci:{folder}")
    layout = await gather(reference, LayoutRegistry(Path(reference.layout)))
    assert replace(_unchained(evidence), image=layout.image) == _unchained(layout)


def _unchained(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        requests=replace(evidence.requests, round_trips=0),
        attestation_requests=replace(evidence.attestation_requests, round_trips=0),
    )


@pytest.mark.parametrize("name", names())
async def test_every_image_of_the_larger_data(name: str, shelf: DockerRegistry, shared_data: Path) -> None:
    folder = shared_data / "images" / name
    evidence = await looked(shelf, folder)
    agrees(evidence, truth_of(name))
    await same_as_its_layout(evidence, folder)


@pytest.mark.parametrize("name", [truth.name for truth in TRUTHS])
async def test_every_image_of_the_repository(name: str, shelf: DockerRegistry) -> None:
    folder = folder_of(name)
    await same_as_its_layout(await looked(shelf, folder), folder)


@pytest.mark.parametrize("entry", public(), ids=lambda entry: entry["file"])
async def test_every_public_layout(entry: dict[str, Any], shelf: DockerRegistry, shared_data: Path) -> None:
    folder = shared_data / "corpus" / entry["file"]
    evidence = await looked(shelf, folder)
    agrees_in_public(evidence, entry["expected"])
    await same_as_its_layout(evidence, folder)
