"""Forged indexes in a real docker-registry, with skopeo as the oracle.

Whatever skopeo would run on some platform is among what the report judged, or the verdict is not `pass`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.oci.reference import Reference
from bot.report import Report, Verdict
from tests.evidence.building import NAME, TAG
from tests.evidence.forgeries import FORGERIES
from tests.evidence.forging import Forger, Forgery
from tests.evidence.oracle import RefusedError, chosen, configured, push
from tests.evidence.test_forgeries import honest_index, judged
from tests.oci.opened import opened
from tests.real_parts import DockerRegistry, running_registry

pytestmark = pytest.mark.real

ACCEPTED_MIN = 40
"""Of the forgeries; docker-registry refuses some, and those prove nothing."""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerRegistry]:
    with running_registry(tmp_path_factory.mktemp("docker-registry")) as running:
        yield running


async def looked(registry: DockerRegistry) -> tuple[Evidence, Report]:
    reference = Reference.parse(f"{registry.host}/{NAME}:{TAG}")
    async with opened(private_hosts=(registry.host,)) as opened_:
        evidence = await gather(reference, opened_)
    return evidence, judged(evidence)


async def test_the_honest_index_passes_and_is_what_runs(registry: DockerRegistry, tmp_path: Path) -> None:
    forger = Forger()
    honest_index(forger)
    push(registry, forger)
    evidence, report = await looked(registry)
    assert report.verdict is Verdict.PASS
    assert set(chosen(registry, tmp_path).values()) == {one.digest for one in evidence.platforms}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=list(FORGERIES))
async def test_what_runs_was_judged(registry: DockerRegistry, tmp_path: Path, forgery: Forgery) -> None:
    forger = Forger()
    forgery(forger)
    try:
        push(registry, forger)
    except RefusedError as refused:
        pytest.skip(f"docker-registry refuses it: {refused}")
    evidence, report = await looked(registry)
    seen = {one.digest for one in evidence.platforms}
    runs = set(chosen(registry, tmp_path).values()) | {
        forger.who[one] for one in configured(registry) if one in forger.who
    }
    assert runs <= seen or report.verdict is not Verdict.PASS
    assert report.verdict is not Verdict.PASS


async def test_enough_of_them_are_accepted_and_mislead(registry: DockerRegistry) -> None:
    """The tests above bite: most documents are taken, and of many of them skopeo runs what the good index hides."""
    accepted, misled = [], []
    for name, forgery in FORGERIES.items():
        forger = Forger()
        forgery(forger)
        try:
            push(registry, forger)
        except RefusedError:
            continue
        accepted.append(name)
        misled += [name] if "evil" in configured(registry) else []
    assert len(accepted) >= ACCEPTED_MIN
    assert len(misled) >= ACCEPTED_MIN // 2
