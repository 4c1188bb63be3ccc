"""A bundle that others can read and we cannot: what it may hold is unknown, and not missing."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.attestations.statement import SLSA_V1, SPDX
from bot.rules import Outcome, Question
from bot.signatures.bundles.document import BUNDLES_MAX
from tests.attestations.predicates import BUILT, v1
from tests.fake_registry import FakeRegistry
from tests.making import reported
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.signing import BUNDLE, Signed

SIGSTORE = PrivateSigstore()
ANNOUNCED = "dev.sigstore.bundle.predicateType"


@pytest.fixture
async def image() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


def bundle(about: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    content = statement(about, SLSA_V1, v1(internal={"buildConfig": BUILT}))
    return SIGSTORE.bundle(content, SIGSTORE.signer()) | changes


def attach(image: Signed, *made: dict[str, Any], announced: str = "") -> None:
    """Bundles of provenance about a small image, one a line."""
    told = {"annotations": {ANNOUNCED: announced}} if announced else {}
    about = image.repository.tags["1.0"]
    data = b"\n".join(json.dumps(one).encode() for one in made)
    image.referrer(about, [image.blob(data, BUNDLE)], BUNDLE, **told)


def small(image: Signed) -> str:
    return image.index(image.platform("linux/amd64"))


async def outcomes(image: Signed) -> tuple[Outcome, Outcome]:
    """Whether it has provenance, and whether it has an SBOM."""
    report = reported(await image.found(SIGSTORE.trust()))
    answers = [report.answer(one) for one in (Question.HAS_PROVENANCE, Question.HAS_SBOM)]
    return tuple(one.outcome for one in answers if one is not None)  # type: ignore[return-value] # both are asked


async def test_one_that_we_read_is_provenance(image: Signed) -> None:
    attach(image, bundle(small(image)))
    assert await outcomes(image) == (Outcome.PASS, Outcome.FAIL)


@pytest.mark.parametrize(
    ("announced", "expected"),
    [
        (SLSA_V1, (Outcome.UNKNOWN, Outcome.FAIL)),
        (SPDX, (Outcome.FAIL, Outcome.UNKNOWN)),
        ("https://sigstore.dev/cosign/sign/v1", (Outcome.FAIL, Outcome.FAIL)),
        ("", (Outcome.UNKNOWN, Outcome.UNKNOWN)),
    ],
)
async def test_a_version_that_is_not_known(image: Signed, announced: str, expected: tuple[Outcome, Outcome]) -> None:
    attach(
        image,
        bundle(small(image), mediaType="application/vnd.dev.sigstore.bundle.v0.9+json"),
        announced=announced,
    )
    assert await outcomes(image) == expected


async def test_more_bundles_in_one_layer_than_are_read(image: Signed) -> None:
    attach(image, *[bundle(small(image))] * (BUNDLES_MAX + 1), announced=SLSA_V1)
    assert await outcomes(image) == (Outcome.UNKNOWN, Outcome.FAIL)


async def test_more_values_than_are_read(image: Signed) -> None:
    attach(image, bundle(small(image), more=[{}] * 20_000), announced=SLSA_V1)
    assert await outcomes(image) == (Outcome.UNKNOWN, Outcome.FAIL)


async def test_what_is_not_a_bundle_at_all_holds_nothing(image: Signed) -> None:
    small(image)
    attach(image, {"mediaType": 7}, announced=SLSA_V1)
    assert await outcomes(image) == (Outcome.FAIL, Outcome.FAIL)
