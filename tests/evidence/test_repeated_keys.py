"""A statement in which a key stands twice: it is there, it never passes, and nothing says that it is missing."""

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.statement import SLSA_V1, SPDX
from bot.evidence import Evidence
from bot.policy import default_policy
from bot.report import Verdict
from bot.rules import Outcome
from bot.unreadable import UnknownReason
from tests.attestations.predicates import BUILT, statement, v1
from tests.evidence.building import Builder
from tests.evidence.test_shapes import only
from tests.judging import result
from tests.making import NOW, reported

MAX = v1(internal={"buildConfig": BUILT})
TOKEN = "npm_" + "aB3dE6gH9jK2mN5pQ8sT" + "1vW4xY7zA0cF2hJ4"
LEAKING = v1(internal={"buildConfig": BUILT}, request={"args": {"build-arg:NPM_TOKEN": TOKEN}})


async def rewritten(image: Builder, old: str, new: str, predicate: object = MAX, kind: str = SLSA_V1) -> Evidence:
    amd64 = image.platform()
    text = statement(predicate, kind, about=amd64["digest"]).decode()
    assert old in text
    image.index(amd64, image.attestation(amd64, image.layer(text.replace(old, new, 1).encode(), kind)))
    return await image.gather()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"predicateType":', '"predicateType": "https://example.com/other", "predicateType":'),
        ('"predicate":', '"predicate": {}, "predicate":'),
        ('"subject":', '"subject": [], "subject":'),
        ('"subject":', '"subject": [{"digest": {"sha256": "00"}}], "subject":'),
        ('"_type":', '"_type": "x", "_type":'),
        ('"buildDefinition":', '"buildDefinition": {}, "buildDefinition":'),
    ],
)
async def test_it_is_judged_on_what_shows_most(image: Builder, old: str, new: str) -> None:
    evidence = await rewritten(image, old, new)
    provenance = only(evidence).provenance
    assert isinstance(provenance, Provenance)
    assert provenance.mode is Mode.MAX
    report = reported(evidence, default_policy(), now=NOW)
    assert report.verdict is Verdict.FAIL
    outcomes = {one.rule: one.outcome for one in report.results}
    assert outcomes["document-ambiguous"] is Outcome.FAIL
    assert {outcomes[rule] for rule in ("provenance-missing", "attestation-malformed")} == {Outcome.PASS}


async def test_a_key_that_stands_there_all_the_time_is_not_read(image: Builder) -> None:
    evidence = await rewritten(image, '"subject":', '"subject": [{}], ' * 10_000 + '"subject":')
    report = reported(evidence, default_policy(), now=NOW)
    assert result(report, "provenance-missing").findings[0].reason == UnknownReason.AMBIGUOUS
    assert result(report, "document-ambiguous").outcome is Outcome.FAIL


@pytest.mark.parametrize("last", [False, True])
async def test_a_secret_in_one_of_two_predicates_is_found(image: Builder, *, last: bool) -> None:
    empty = '"predicate": {}'
    text = statement(LEAKING, SLSA_V1, about="sha256:00").decode()
    own = text[text.index('"predicate":') :].rstrip().removesuffix("}")
    new = f"{empty}, {own}" if last else f"{own}, {empty}"
    report = reported(await rewritten(image, own, new, LEAKING), default_policy(), now=NOW)
    assert result(report, "provenance-secret-exposed").outcome is Outcome.FAIL
    assert result(report, "document-ambiguous").outcome is Outcome.FAIL


async def test_a_key_twice_in_an_sbom_is_not_an_sbom_that_is_missing(image: Builder) -> None:
    sbom = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a", "versionInfo": "1"}], "files": ["x" * 300_000]}
    evidence = await rewritten(image, '"packages":', '"packages": [], "packages":', sbom, SPDX)
    report = reported(evidence, default_policy(), now=NOW)
    assert report.verdict is Verdict.FAIL
    found = result(report, "sbom-missing")
    assert found.outcome is not Outcome.FAIL
    assert all(one.reason == UnknownReason.AMBIGUOUS for one in found.findings)
    assert result(report, "attestation-malformed").outcome is not Outcome.FAIL
    assert result(report, "document-ambiguous").outcome is Outcome.FAIL
