"""Images of which one document has very many values: what was not parsed is unknown, with its code."""

import asyncio
from typing import Final

import pytest

from bot.attestations.provenance import Provenance
from bot.errors import TooLargeError
from bot.evidence import Unreadable, children
from bot.evidence.asking import IN_LOOP_MAX
from bot.evidence.config import HISTORY_MAX
from bot.evidence.known_readings import ReadingMemory
from bot.evidence.options import GatherOptions
from bot.oci import tally
from bot.oci.bounded import DOCUMENT_VALUES_MAX
from bot.oci.kind import Opened, open_document
from bot.oci.manifest import INDEX_ENTRIES_MAX, Content
from bot.unreadable import UnknownReason
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import ATTESTATION, IMAGE_CONFIG, Builder, Json
from tests.registry_shelf import OCI_MANIFEST, descriptor, encode

MAX: Final = v1(internal={"buildConfig": BUILT})
FLOOD: Final = [0] * (DOCUMENT_VALUES_MAX + 1)


async def test_an_index_is_unknown(image: Builder) -> None:
    image.index(image.platform(), flood=FLOOD)
    evidence = await image.gather()
    assert [(one.code, "DOCUMENT_VALUES_MAX" in one.reason) for one in evidence.unreadable] == [
        (UnknownReason.OVER_LIMIT, True)
    ]


async def test_an_index_of_too_many_children_is_over_the_limit_and_not_malformed(image: Builder) -> None:
    image.index(*[image.platform()] * (INDEX_ENTRIES_MAX + 1))
    (found,) = (await image.gather()).unreadable
    assert found.code is UnknownReason.OVER_LIMIT
    assert f"INDEX_ENTRIES_MAX is {INDEX_ENTRIES_MAX}" in found.reason


async def test_a_history_of_too_many_steps_is_over_the_limit_and_not_malformed(image: Builder) -> None:
    image.index(image.platform(config=image.config(history=[{}] * (HISTORY_MAX + 1))))
    (found,) = (await image.gather()).platforms
    assert isinstance(found.config, Unreadable)
    assert found.config.code is UnknownReason.OVER_LIMIT


async def test_a_configuration_is_unknown(image: Builder) -> None:
    platform = image.platform(config=image.config(flood=FLOOD))
    image.index(platform)
    (found,) = (await image.gather()).platforms
    assert isinstance(found.config, Unreadable)
    assert found.config.code is UnknownReason.OVER_LIMIT


async def test_an_attestation_manifest_is_unknown_and_not_malformed(image: Builder) -> None:
    platform = image.platform()
    honest = image.attestation(platform, image.statement(platform, MAX))
    data = encode(
        {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "artifactType": ATTESTATION,
            "config": descriptor(b"{}", IMAGE_CONFIG),
            "layers": [image.statement(platform, MAX)],
            "flood": FLOOD,
        }
    )
    image.repository.add_manifest(data)
    keys = ("platform", "annotations")
    image.index(platform, descriptor(data, OCI_MANIFEST, **{key: honest[key] for key in keys}))
    evidence = await image.gather()
    (found,) = evidence.platforms
    assert isinstance(found.provenance, Unreadable)
    assert isinstance(found.sbom, Unreadable)
    assert found.provenance.code is UnknownReason.OVER_LIMIT
    assert not any(statement.problem for statement in found.statements)


async def test_a_platform_is_unknown(image: Builder) -> None:
    data = encode({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": image.config(), "layers": FLOOD})
    image.repository.add_manifest(data)
    platform = descriptor(data, OCI_MANIFEST, platform={"os": "linux", "architecture": "amd64"})
    image.index(platform)
    evidence = await image.gather()
    assert UnknownReason.OVER_LIMIT in {one.code for one in evidence.unconfirmed}


async def test_an_image_whose_documents_are_too_much_together_could_not_be_checked(
    image: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each alone may be small enough, and a worker has other images to look at."""
    platforms = [image.platform(f"linux/a{number}", config=image.config(n=number)) for number in range(4)]
    image.index(*platforms)
    assert len((await image.gather()).platforms) == 4
    monkeypatch.setattr(tally, "CHECK_VALUES_MAX", 60)
    with pytest.raises(TooLargeError, match="CHECK_VALUES_MAX = 60"):
        await image.gather()


async def test_statements_that_are_too_much_together_are_unknown_in_that_check_alone(
    image: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each statement may be small enough, and an image may have hundreds."""
    platform = image.platform()
    image.index(platform, image.attestation(platform, image.statement(platform, MAX), image.statement(platform, {})))
    options = GatherOptions(readings=ReadingMemory())
    with monkeypatch.context() as patch:
        patch.setattr(tally, "CHECK_STATEMENT_VALUES_MAX", 10)
        (found,) = (await image.gather(options)).platforms
    assert isinstance(found.provenance, Unreadable)
    assert found.provenance.code is UnknownReason.OVER_LIMIT
    assert "CHECK_STATEMENT_VALUES_MAX = 10" in found.provenance.reason
    (found,) = (await image.gather(options)).platforms
    assert isinstance(found.provenance, Provenance)


async def test_others_go_on_between_large_manifests(image: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats, locks and webhooks share the loop with checks."""
    turns = 0
    read_at: list[int] = []

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def open_noted(content: Content, described: str = "") -> Opened:
        read_at.append(turns)
        return open_document(content, described)

    def large(name: str) -> Json:
        document = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": image.config(name),
            "layers": [],
            "annotations": {"a": "x" * IN_LOOP_MAX},
        }
        data = encode(document)
        image.repository.add_manifest(data)
        return descriptor(data, OCI_MANIFEST, platform={"os": "linux", "architecture": name})

    image.index(*(large(f"linux/a{number}") for number in range(4)))
    monkeypatch.setattr(children, "open_document", open_noted)
    task = asyncio.create_task(others())
    await image.gather()
    task.cancel()
    assert len(read_at) == len(set(read_at)) == 4
