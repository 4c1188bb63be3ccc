"""What is true of every cause: it can be found, explained, pasted; the surest first; and judged through the report."""

import json
from pathlib import Path

import pytest

from bot.causes import CauseRule, Sureness, catalogue
from bot.causes.explained import EXPLAINS
from bot.policy import default_policy
from bot.rules import catalogue as rules
from bot.workflows.rules import catalogue as lint_rules
from tests.causes.showing import elsewhere, found, judged_causes, of
from tests.conftest import ROOT, SHARED
from tests.making import NOW, digest, image, platform, provenance, reported, statement


@pytest.mark.parametrize("cause", catalogue(), ids=lambda cause: cause.id)
def test_it_explains_rules_that_exist_and_says_what_to_do(cause: CauseRule) -> None:
    assert cause.explains <= {rule.id for rule in rules()}
    assert cause.fix.endswith(".")
    assert cause.verify
    assert all(snippet.text.endswith("\n") and snippet.language for snippet in cause.snippets.values())
    assert cause.confirmed_by <= {rule.id for rule in lint_rules()}


@pytest.mark.parametrize("cause", catalogue(), ids=lambda cause: cause.id)
def test_it_has_a_test_of_its_name(cause: CauseRule) -> None:
    assert (ROOT / "tests" / "causes" / f"test_{cause.id.replace('-', '_')}.py").is_file()


def test_the_table_by_which_causes_are_imported_says_what_they_say() -> None:
    """A cause is imported only when one of the rules beside its name fails: bot/causes/explained.py."""
    assert {
        cause.module.rpartition(".")[2]: tuple(sorted(cause.explains)) for cause in catalogue() if cause.explains
    } == EXPLAINS


def test_the_surest_comes_first() -> None:
    order = list(Sureness)
    told = list(
        found(
            image(platform(provenance=None, sbom=None, attestation_manifests=(), statements=())), "sbom-missing"
        ).values()
    )
    assert [order.index(one.sureness) for one in told] == sorted(order.index(one.sureness) for one in told)


def test_what_passed_has_no_cause() -> None:
    report = reported(image(), default_policy(), now=NOW)
    assert not [result for result in report.results if result.causes and result.outcome.value == "pass"]


async def test_the_report_tells_them_with_the_images_own_name() -> None:
    evidence = image(
        platform(provenance=provenance(source="https://gitlab.com/acme/app"), sbom=None, statements=(statement(),))
    )
    report = reported(evidence, default_policy(), now=NOW)
    (missing,) = [result for result in report.results if result.rule == "sbom-missing"]
    (cause,) = missing.causes
    assert "--sbom=true --platform linux/amd64 --tag quay.io/acme/app:1.2.3" in cause.snippet
    assert cause.snippet.startswith("build:\n  image: docker:29")  # GitLab's own file
    assert "IMAGE" not in cause.snippet + cause.verify


async def test_an_image_on_disk_is_verified_by_its_path() -> None:
    report = reported(await of("min_2p_dflt"), default_policy(), now=NOW)
    (failed,) = [result for result in report.results if result.rule == "provenance-mode-min"]
    assert failed.causes[0].verify == f"provenance check {report.image}\n"
    assert "quay.io/acme/app:1.2.3" in failed.causes[0].snippet


def test_other_images_reach_the_causes_through_the_judge() -> None:
    one = platform(provenance=None, statements=(), attestation_manifests=())
    copy = image(one, is_index=False, digest=digest("linux/amd64"))
    assert judged_causes(copy, "provenance-missing") == []
    assert judged_causes(copy, "provenance-missing", sisters=(elsewhere("docker.io"),)) == ["copied-one-platform"]
    assert judged_causes(copy, "provenance-missing", sisters=(image(),)) == []  # nobody is his own sister


def truths() -> list[dict[str, object]]:
    listed = SHARED / "images" / "TRUTH.json"
    return json.loads(listed.read_bytes()) if listed.is_file() else []


@pytest.mark.parametrize("record", truths(), ids=lambda record: str(record["name"]))
async def test_every_required_failure_of_the_larger_data_that_has_a_known_making_has_a_cause(
    record: dict[str, object], shared_data: Path
) -> None:
    """But for forged ones: nobody builds those."""
    name = str(record["name"])
    evidence = await of(name, shared_data)
    report = reported(evidence, default_policy(), now=NOW)
    for result in report.failing():
        if result.required and not name.startswith("fg-") and result.rule != "signature-invalid":
            assert result.causes, result.rule
