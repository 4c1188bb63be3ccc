"""Attestations that the index ties to no platform count only where the registry's own list of referrers ties them."""

from bot.attestations.provenance import Mode, Provenance
from bot.evidence import Evidence
from bot.policy import default_policy
from bot.rules import Outcome
from bot.signatures.finder import SignatureFinder
from bot.signatures.roots.root import Trust
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import Builder, Json
from tests.evidence.test_shapes import only
from tests.fake_registry import Referrers
from tests.making import NOW, reported
from tests.signatures.signing import look

MAX = v1(internal={"buildConfig": BUILT})
DANGLING = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "sha256:" + "0" * 64}
DROPPED = {"org.example": "a tool that rebuilt the index kept nothing of Docker's"}


async def looked(image: Builder) -> Evidence:
    return await look(image, SignatureFinder(lambda: Trust((), (), ())))


def pushed(image: Builder, annotations: dict[str, str], *, artifact: bool = True) -> Json:
    amd64 = image.platform()
    attestation = image.attestation(amd64, image.statement(amd64, MAX), artifact=artifact, annotations=annotations)
    image.index(amd64, attestation)
    return amd64


async def test_the_referrers_of_the_platform_list_it(image: Builder) -> None:
    for annotations in (DANGLING, DROPPED):
        pushed(image, annotations)
        evidence = await looked(image)
        platform = only(evidence)
        assert isinstance(platform.provenance, Provenance)
        assert (platform.provenance.mode, platform.where) == (Mode.MAX, "referrer")
        assert len(evidence.unlinked) == 1


async def test_the_rule_says_that_it_is_unlinked_all_the_same(image: Builder) -> None:
    pushed(image, DANGLING)
    report = reported(await looked(image), default_policy(), now=NOW)
    outcomes = {result.rule: result.outcome for result in report.results}
    assert outcomes["attestation-unlinked"] is Outcome.FAIL
    assert outcomes["provenance-missing"] is Outcome.PASS
    assert outcomes["attestation-malformed"] is Outcome.PASS


async def test_without_such_a_list_it_does_not_count(image: Builder) -> None:
    image.registry.referrers = Referrers.NONE
    for annotations in (DANGLING, DROPPED):
        pushed(image, annotations)
        evidence = await looked(image)
        assert only(evidence).provenance is None
        assert len(evidence.unlinked) == 1


async def test_the_older_form_is_nobodys_referrer(image: Builder) -> None:
    for annotations in (DANGLING, DROPPED):
        pushed(image, annotations, artifact=False)
        assert only(await looked(image)).provenance is None


async def test_a_statement_about_another_platform_does_not_count_there_either(image: Builder) -> None:
    amd64, arm64 = image.platform("linux/amd64"), image.platform("linux/arm64")
    image.index(amd64, arm64, image.attestation(amd64, image.statement(arm64, MAX), annotations=DANGLING))
    evidence = await looked(image)
    assert [platform.provenance for platform in evidence.platforms] == [None, None]


async def test_what_another_build_of_the_same_platform_says_is_not_said_of_this_one(image: Builder) -> None:
    """Seen: mode=max was written as the fix said, all layers came from the cache, and it still failed as min mode.

    The registry lists the attestation manifests of both builds beside the platform.
    """
    amd64 = image.platform()
    for predicate in (v1(), MAX):
        image.index(amd64, image.attestation(amd64, image.statement(amd64, predicate)))
    evidence = await looked(image)
    platform = only(evidence)
    assert isinstance(platform.provenance, Provenance)
    assert (platform.provenance.mode, platform.where) == (Mode.MAX, "index")
    assert [one.mode for one in platform.other_builds] == [Mode.MIN]
    outcomes = {result.rule: result.outcome for result in reported(evidence, default_policy(), now=NOW).results}
    assert outcomes["provenance-mode-min"] is Outcome.PASS
    assert outcomes["provenance-inconsistent"] is Outcome.PASS


async def test_what_another_build_of_the_same_platform_leaked_can_still_be_read(image: Builder) -> None:
    amd64 = image.platform()
    leaking = v1(request={"args": {"build-arg:NPM_TOKEN": "npm_" + "aB3dE6gH9jK2mN5pQ8sT" + "1vW4xY7zA0cF2hJ4"}})
    for predicate in (leaking, MAX):
        image.index(amd64, image.attestation(amd64, image.statement(amd64, predicate)))
    report = reported(await looked(image), default_policy(), now=NOW)
    outcomes = {result.rule: result.outcome for result in report.results}
    assert outcomes["provenance-secret-exposed"] is Outcome.FAIL


async def test_what_the_index_names_without_a_link_is_no_other_build(image: Builder) -> None:
    """Or whoever makes an index would hide the weaker statement by dropping its annotation."""
    amd64 = image.platform()
    weak = image.attestation(amd64, image.statement(amd64, v1()), annotations=DROPPED)
    image.index(amd64, image.attestation(amd64, image.statement(amd64, MAX)), weak)
    platform = only(await looked(image))
    assert isinstance(platform.provenance, Provenance)
    assert (platform.provenance.mode, platform.where) == (Mode.MIN, "referrer")


async def test_another_build_counts_where_this_one_says_nothing(image: Builder) -> None:
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.statement(amd64, v1())))
    image.index(amd64)
    platform = only(await looked(image))
    assert isinstance(platform.provenance, Provenance)
    assert (platform.provenance.mode, platform.where) == (Mode.MIN, "referrer")


async def test_linked_ones_are_read_once(image: Builder) -> None:
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.statement(amd64, MAX)))
    evidence = await looked(image)
    assert only(evidence).where == "index"
    assert len(only(evidence).provenances) == 1
    assert evidence.requests.manifest_pulls == 3  # index, platform, attestation manifest
