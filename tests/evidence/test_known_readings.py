"""The same statement is read once in a process, for whatever image; it is fetched and verified each time."""

from collections.abc import Callable, Coroutine
from typing import Final

import pytest

from bot.attestations.reading import Reading, StatementEvidence, read_statement
from bot.evidence import Unreadable, readings
from bot.evidence.known_readings import ReadingMemory
from bot.evidence.options import GatherOptions
from bot.oci.ambiguity import Notices, Twofold, notice, noticing, reading
from bot.values import replace
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import Builder
from tests.making import digest, provenance, sbom
from tests.registry_faults import Flip

TOLD: Final = StatementEvidence(digest("layer"), digest("manifest"), "")


class Reads:
    """Counts how often a statement is read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0

        def counted(data: bytes, about: str, told: StatementEvidence) -> Reading:
            self.count += 1
            return read_statement(data, about, told)

        monkeypatch.setattr(readings, "read_statement", counted)


def push(image: Builder, predicate: object = None) -> None:
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.statement(amd64, predicate or v1(internal=BUILT))))


async def test_it_is_read_once_and_says_the_same(image: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    push(image)
    reads, options = Reads(monkeypatch), GatherOptions(readings=ReadingMemory())
    first, second, alone = [await image.gather(one) for one in (options, options, GatherOptions())]
    assert reads.count == 2  # once with the memory, once without it
    assert first == second == alone
    assert second.platforms[0].provenance


async def test_its_bytes_are_verified_each_time(image: Builder) -> None:
    push(image)
    options = GatherOptions(readings=ReadingMemory())
    assert (await image.gather(options)).platforms[0].provenance
    statement = next(digest for digest, data in image.repository.blobs.items() if b"buildDefinition" in data)
    image.registry.fault(statement, Flip(), method="GET")
    assert isinstance((await image.gather(options)).platforms[0].provenance, Unreadable)


async def test_what_is_ambiguous_in_it_is_told_of_each_image(image: Builder) -> None:
    amd64 = image.platform()
    data = image.repository.blobs[image.statement(amd64, v1())["digest"]]
    twice = image.layer(data.replace(b'"builder":', b'"builder": {}, "builder":'))
    image.index(amd64, image.attestation(amd64, twice))
    options = GatherOptions(readings=ReadingMemory())
    first, second = await image.gather(options), await image.gather(options)
    assert [found.kind for found in first.ambiguous] == [Twofold.REPEATED_KEY]
    assert first.ambiguous == second.ambiguous


async def test_another_digest_or_another_question_is_read_anew(image: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, options = Reads(monkeypatch), GatherOptions(readings=ReadingMemory())
    push(image)
    await image.gather(options)
    push(image, v1(builder="https://example.com"))
    assert getattr((await image.gather(options)).platforms[0].provenance, "builder_id", "") == "https://example.com"
    amd64 = image.platform()
    statement = image.statement(amd64, v1(builder="https://example.com"))
    image.index(amd64, image.attestation(amd64, statement | {"annotations": {"in-toto.io/predicate-type": "other"}}))
    assert (await image.gather(options)).platforms[0].statements[0].annotated_type == "other"
    assert reads.count == 3


def read(name: str, found: Reading) -> Callable[[], Coroutine[None, None, Reading]]:
    async def once() -> Reading:
        with reading(name):
            notice(Twofold.REPEATED_KEY, name)
        return found

    return once


async def fill(memory: ReadingMemory, names: str, found: Reading, size: int) -> Notices:
    with noticing() as notices:
        for name in names:
            await memory.once(name, size, read(name, found))
    return notices


async def test_it_holds_so_many_and_so_much() -> None:
    few = ReadingMemory(most=3)
    assert len((await fill(few, "abcd", Reading(TOLD, sbom=sbom()), 10_000_000)).all) == 4
    assert len(few) == 3
    small = ReadingMemory(most_weight=50_000)
    await fill(small, "abcd", Reading(TOLD, provenance=provenance()), 10_000)
    assert len(small) == 2
    await fill(small, "e", Reading(TOLD, provenance=provenance()), 100_000)
    await fill(small, "abab", Reading(TOLD, provenance=provenance()), 10_000)
    assert len(small) == 2


@pytest.mark.parametrize(
    "told",
    [
        replace(TOLD, annotated_type="a" * 20_000),
        replace(TOLD, predicate_type="a" * 20_000),
        replace(TOLD, problem="a" * 20_000),
    ],
)
async def test_what_a_statement_is_said_to_be_weighs_too(told: StatementEvidence) -> None:
    """An annotation may have as many megabytes as a manifest."""
    memory = ReadingMemory(most_weight=50_000)
    await fill(memory, "abcd", Reading(told), 100)
    assert len(memory) == 2


async def test_where_nobody_is_told_of_ambiguities_nothing_is_remembered() -> None:
    memory = ReadingMemory()
    await memory.once("a", 1, read("a", Reading(TOLD)))
    assert len(memory) == 0
