"""Other images that belong to one, found among the reports: what causes compare an image with."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.attestations.provenance import Exposed, Mode, Provenance, RecordPlace
from bot.check.remembered import remembered
from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.report import Report
from bot.store import Store
from bot.store.reports import Reports
from bot.store.sisters import SISTERS_MAX, Sisters
from bot.values import replace
from tests.causes.showing import elsewhere, sibling, unsigned
from tests.making import image, platform, provenance, reported, signature

NOW = datetime.now(UTC).replace(microsecond=0)
OTHER_COMMIT = platform(provenance=provenance(revision="f" * 40))


def named(name: str, **changes: object) -> Evidence:
    return image(OTHER_COMMIT, image=Reference.parse(name), **changes)


async def remember(store: Store, *evidence: Evidence, at: datetime = NOW) -> None:
    for one in evidence:
        await Reports(store).save(reported(one, now=at), started=1.0, policy="v1")


async def found(store: Store, evidence: Evidence) -> list[str]:
    return [str(sister.image) for sister in await Sisters(store).of(evidence)]


async def test_the_same_tag_in_another_registry(store: Store) -> None:
    there = named("docker.io/acme/app:1.2.3")
    await remember(store, there, named("docker.io/acme/app:1.2.4"), named("docker.io/acme/other:1.2.3"))
    assert await found(store, image()) == [str(there.image)]


async def test_another_image_of_the_same_commit(store: Store) -> None:
    await remember(store, sibling(), named("quay.io/acme/worker:9"))
    assert await found(store, image()) == ["quay.io/acme/worker:1.2.3"]


async def test_nobody_is_their_own_sister(store: Store) -> None:
    await remember(store, image())
    assert await found(store, image()) == []


async def test_only_what_was_checked_lately(store: Store) -> None:
    await remember(store, elsewhere("docker.io"), at=NOW - timedelta(days=8))
    assert await found(store, image()) == []


async def test_they_are_bounded_and_the_newest_come_first(store: Store) -> None:
    for number in range(SISTERS_MAX + 5):
        other = named(f"r{number}.example.org/acme/app:1.2.3")
        await remember(store, other, at=NOW - timedelta(minutes=100 - number))
    assert await found(store, image()) == [
        f"r{number}.example.org/acme/app:1.2.3" for number in range(SISTERS_MAX + 4, 4, -1)
    ]


async def test_families_end_by_themselves_and_hold_no_text_from_outside(store: Store) -> None:
    hostile = platform(provenance=provenance(run="https://github.com/" + "x" * 9000))
    await remember(store, image(hostile))
    keys = [key async for key in store.redis.scan_iter(store.key("family", "*"))]
    assert keys
    assert all(len(str(key)) < 200 for key in keys)
    assert all([0 < await store.redis.ttl(key) <= 7 * 24 * 3600 for key in keys])


async def test_a_report_of_a_newer_version_is_no_sister(store: Store) -> None:
    report = reported(elsewhere("docker.io"), now=NOW)
    newer = report.model_dump(mode="json")
    newer["signatures"][0]["layout"] = "of-tomorrow"
    await Reports(store).save(report, started=1.0, policy="v1")
    await Reports(store).save(Report.model_validate(newer), started=2.0, policy="v1")
    assert await found(store, image()) == []


BARE = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())
SINGLE = image(BARE, is_index=False, digest=BARE.digest)
MIN = platform(provenance=provenance(Mode.MIN, builder_id=""))


@pytest.mark.parametrize(
    ("own", "sister", "cause"),
    [
        (unsigned(), elsewhere("docker.io"), "signatures-not-copied"),
        (unsigned(), sibling(), "signed-other-digest"),
        (SINGLE, elsewhere("docker.io"), "copied-one-platform"),
        (replace(SINGLE, digest="sha256:" + "a" * 64), elsewhere("docker.io"), "retag-by-pull-push"),
        (unsigned(), elsewhere("docker.io", digest="sha256:" + "b" * 64, signatures=()), "never-signed"),
        (image(MIN), sibling(platform(provenance=provenance(run="https://github.com/r/1"))), "builder-not-booted"),
        (image(MIN), sibling(MIN), "action-cannot-read-buildkit"),
    ],
)
def test_a_report_tells_causes_as_much_as_the_image_did(own: Evidence, sister: Evidence, cause: str) -> None:
    then = remembered(reported(sister, now=NOW))
    assert then is not None
    seen, read = (reported(own, sisters=(other,)) for other in (sister, then))
    assert [result.causes for result in read.results] == [result.causes for result in seen.results]
    assert cause in {cause.cause for result in read.results for cause in result.causes}


def test_an_index_that_was_signed_anew() -> None:
    """Another index of the same platforms, which is signed."""
    before = elsewhere("docker.io", digest="sha256:" + "c" * 64, signatures=(signature(digest="sha256:" + "c" * 64),))
    then = remembered(reported(before, now=NOW))
    assert then is not None
    causes = {cause.cause for result in reported(unsigned(), sisters=(then,)).results for cause in result.causes}
    assert "remade-index" in causes


def test_no_secret_is_remembered() -> None:
    leaking = provenance(exposed=(Exposed(RecordPlace.BUILD_ARGUMENT, "NPM_TOKEN", "npm_" + "a1B2" * 9),))
    then = remembered(reported(image(platform(provenance=leaking)), now=NOW))
    assert then is not None
    assert isinstance(then.platforms[0].provenance, Provenance)
    assert then.platforms[0].provenance.exposed == ()
