"""A child that an index lists twice is what the worse of its descriptors says: a runtime takes either."""

from collections.abc import Callable
from typing import Final

import pytest

from bot.report import Verdict
from tests.evidence.building import Builder
from tests.evidence.forgeries.table import ARM, UNKNOWN, honest
from tests.evidence.forging import Forger, Json, archive
from tests.evidence.test_beside import AMD, DOCKER, child, notes
from tests.evidence.test_forgeries import LEAN, judged, looked, push

Twice = Callable[[Forger], tuple[list[Json], Json, Json]]
"""The good children of an index, and a bad one as two descriptors of it; the first calls it harmless."""


def unseen(also: Json) -> Twice:
    """Nobody looks at the bytes of a child whose platform is unknown; the same may be listed otherwise, too."""

    def twice(forger: Forger) -> tuple[list[Json], Json, Json]:
        evil = child(forger, archive("evil"), on=None)
        return honest(forger)[1], evil | {"platform": UNKNOWN}, evil | also

    return twice


def attestation(also: Json, *, without: str = "") -> Twice:
    """A true attestation manifest with a file system among its layers, which runtimes do not choose, or do."""

    def twice(forger: Forger) -> tuple[list[Json], Json, Json]:
        good = forger.good()
        layers = [*forger.statements(good), forger.blob(archive("evil"), "application/octet-stream")]
        made = forger.attestation(good, layers=layers)
        other = {key: value for key, value in (made | also).items() if key != without}
        return [good.on(**AMD)], made, other

    return twice


def text_of_docker(forger: Forger) -> tuple[list[Json], Json, Json]:
    """Called a manifest of OCI's, and of Docker's, whose configuration is read whatever its type."""
    text = notes(forger, on=ARM)
    return honest(forger)[1], text, text | {"mediaType": DOCKER}


TWICE: Final = {
    "an artifact for arm64": unseen({"platform": ARM}),
    "an artifact for a variant": unseen({"platform": ARM | {"variant": "v8"}}),
    "an artifact without a platform": unseen({}),
    "an artifact with a blank platform": unseen({"platform": {"os": "", "architecture": ""}}),
    "an artifact with half a platform": unseen({"platform": {"os": "unknown"}}),
    "an attestation for arm64": attestation({"platform": ARM}),
    "an attestation without a platform": attestation({}, without="platform"),
    "an attestation for arm64 and not annotated": attestation({"platform": ARM}, without="annotations"),
    "a text of Docker's type": text_of_docker,
}


@pytest.mark.parametrize("name", TWICE)
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("is_nested", [True, False])
async def test_the_worse_of_two_descriptors_counts(
    image: Builder, name: str, *, is_first: bool, is_nested: bool
) -> None:
    forger = Forger()
    good, *said = TWICE[name](forger)
    first, second = said if is_first else reversed(said)
    forger.index(*good, first, forger.index(second).child if is_nested else second)
    push(image, forger)
    assert judged(await looked(image), LEAN).verdict is Verdict.FAIL


@pytest.mark.parametrize("is_first", [True, False])
async def test_an_honest_attestation_that_is_listed_twice_counts_once(image: Builder, *, is_first: bool) -> None:
    forger = Forger()
    good, made = honest(forger)[1]
    bare = {key: value for key, value in made.items() if key != "platform"}
    forger.index(good, *([made, bare] if is_first else [bare, made]))
    push(image, forger)
    evidence = await looked(image)
    assert [len(one.statements) for one in evidence.platforms] == [2]
    assert judged(evidence).verdict is Verdict.PASS
