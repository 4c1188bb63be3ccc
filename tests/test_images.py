"""Real images, from layout to verdict, and the report about each."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.oci.layout import LayoutRegistry, parse_layout
from bot.policy import default_policies
from bot.render import json as as_json
from bot.render import markdown as as_markdown
from bot.render import text as as_text
from bot.report import Report
from bot.rules import Outcome
from tests.checking import check
from tests.conftest import SAMPLES, SHARED

FAILING = {
    "max-sbom_2p_dflt": set[str](),
    "min_2p_dflt": {"provenance-mode-min", "sbom-missing"},
    "none_2p_dflt": {"provenance-missing", "sbom-missing"},
    "max-args_1p_classic": {"provenance-secret-exposed", "sbom-missing"},
    "der-imagetools-merge_partial": {"provenance-missing", "sbom-missing"},
}

FORGED = {
    "fg-subject-mismatch": "attestation-subject-mismatch",
    "fg-not-json": "attestation-malformed",
    "der-buildah-manifest-add-all_dflt": "attestation-unlinked",
}


def truths() -> list[Any]:
    """What is known of each image of the larger data, where it is there."""
    listed = SHARED / "images" / "TRUTH.json"
    return list(json.loads(listed.read_bytes())) if listed.is_file() else []


async def report_on(layout: Path, tag: str = "") -> Report:
    image = parse_layout(f"oci:{layout}:{tag}" if tag else f"oci:{layout}")
    return await check(image, LayoutRegistry(layout), default_policies())


def required(report: Report) -> set[str]:
    """The required rules that failed."""
    return {result.rule for result in report.failing() if result.required}


@pytest.mark.parametrize("name", FAILING)
async def test_the_samples(name: str) -> None:
    report = await report_on(SAMPLES / name)
    assert required(report) == FAILING[name]
    assert not [result for result in report.unknown() if result.required]


@pytest.mark.parametrize("image", truths(), ids=lambda image: image["name"])
async def test_what_is_known_of_an_image_is_what_is_said_of_it(image: Any) -> None:  # noqa: ANN401 - JSON
    truth, name = image["truth"], image["name"]
    report = await report_on(SHARED / "images" / name, next(iter(image.get("tags", [])), ""))
    assert [platform.platform for platform in report.platforms] == truth["platforms"]
    if name == "fg-nested-index":  # the index within it is a good one, and is read
        assert not required(report)
        return
    assert required(report) == expected(truth, name)
    for platform in report.platforms:
        provenance = truth["provenance"] or {}
        there = platform.platform in provenance.get("only", truth["platforms"]) if provenance else False
        assert platform.provenance.mode == (provenance.get("effective_mode", "max") if there else None)
        assert platform.provenance.slsa == (provenance["slsa"] if there else None)
        assert (platform.sbom.state == "present") == truth["sbom"]


def expected(truth: Any, name: str) -> set[str]:  # noqa: ANN401 - JSON
    """The required rules that must fail, from what is known of how the image was made."""
    provenance = truth["provenance"] or {}
    mode = provenance.get("effective_mode", provenance.get("requested_mode"))
    missing = not provenance or "only" in provenance
    found = {
        "provenance-missing": missing,
        "provenance-mode-min": mode == "min",
        "sbom-missing": not truth["sbom"],
        "provenance-secret-exposed": truth.get("secret_in_provenance", False),
        FORGED.get(name, ""): name in FORGED,
    }
    return {rule for rule, failed in found.items() if failed}


async def test_a_secret_is_in_no_rendering() -> None:
    report = await report_on(SAMPLES / "max-args_1p_classic")
    found = next(result for result in report.results if result.rule == "provenance-secret-exposed")
    assert found.outcome is Outcome.FAIL
    assert "NPM_TOKEN" in found.findings[0].message
    shown = [render([report]) for render in (as_json.render, as_markdown.render, as_text.render)]
    assert not any("fakeFAKE" in text for text in (*shown, report.model_dump_json(), repr(report)))
