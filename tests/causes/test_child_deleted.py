"""A clean-up deleted a part of the index."""

import pytest

from bot.evidence import Unreadable
from tests.attestations.predicates import v1
from tests.causes.showing import hides, shows
from tests.evidence.building import Builder
from tests.fake_registry import FakeRegistry
from tests.making import image, platform

ID = "child-deleted"


@pytest.mark.parametrize("rule", ["attestation-missing-blob", "provenance-missing"])
async def test_the_registry_has_not_what_the_index_names(rule: str) -> None:
    async with FakeRegistry() as registry:
        build = Builder(registry)
        amd64 = build.platform("linux/amd64")
        attestation = build.attestation(amd64, build.statement(amd64, v1()))
        build.index(amd64, attestation)
        build.lose(attestation)
        evidence = await build.gather()
    cause = shows(ID, "certain", "404", "attestation manifest", evidence=evidence, rule=rule)
    assert "crane manifest" in cause.snippet


def test_what_was_never_there_looks_alike() -> None:
    hides(ID, evidence=image(platform(provenance=None, statements=())), rule="provenance-missing")


def test_what_could_not_be_read_was_not_deleted() -> None:
    lost = platform(provenance=None, statements=())
    unread = platform("linux/arm64", provenance=Unreadable("quay.io did not answer"))
    hides(ID, evidence=image(lost, unread), rule="provenance-missing")
