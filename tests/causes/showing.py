"""The verbs of every cause's test: an image `shows` a cause, one that looks alike `hides` it; `of` reads real ones."""

import importlib
from pathlib import Path
from typing import Any

from bot.causes import Cause, Failure, causes
from bot.context import Context, WorkflowFinding
from bot.evidence import Evidence, PlatformEvidence
from bot.evidence.gather import gather
from bot.oci.layout import LayoutRegistry, parse_layout
from bot.oci.reference import Reference
from bot.policy import default_policies
from bot.policy.search import Searching
from bot.rules import Finding, Outcome, catalogue
from bot.settings import Settings
from tests.conftest import ROOT, SAMPLES
from tests.making import digest, image, reported

FIXTURES = ROOT / "tests" / "fixtures" / "images"


def found(evidence: Evidence, rule: str, **known: Any) -> dict[str, Cause]:  # noqa: ANN401 - baseline, sisters, …
    """The causes of that rule's failure, by id; it must have failed, unless it compares with what is not given."""
    said = tuple(
        finding
        for one in catalogue()
        if one.id == rule
        for finding in one.findings(Context(evidence, **known))
        if finding.outcome is Outcome.FAIL
    )
    assert said or rule in COMPARING, f"{rule} did not fail"
    return {cause.id: cause for cause in causes(Context(evidence, **known), Failure(rule, said or (_LOST,)))}


COMPARING = {"provenance-lost", "sbom-lost", "signature-lost", "platform-lost", "tag-registries-differ", "tag-moved"}
"""Rules that need another image to fail; a cause is asked all the same."""

_LOST = Finding(Outcome.FAIL, "image", "the release before had it")


def shows(id_: str, sureness: str, *words: str, **case: Any) -> Cause:  # noqa: ANN401 - as `found`
    """The image has that cause, that sure, and says why with these words."""
    all_found = found(**case)
    assert id_ in all_found, list(all_found)
    cause = all_found[id_]
    assert cause.sureness.value == sureness, cause
    for word in words:
        assert word in cause.because, cause.because
    assert cause.fix
    return cause


def hides(id_: str, **case: Any) -> None:  # noqa: ANN401 - as `found`
    """The image has not that cause."""
    assert id_ not in found(**case)


def explanation(id_: str) -> Any:  # noqa: ANN401 - a module's attribute
    return importlib.import_module(f"bot.causes.{id_.replace('-', '_')}").cause


def workflow(rule: str, line: int = 88) -> list[WorkflowFinding]:
    """What the linter says about the workflow."""
    return [WorkflowFinding(rule, ".github/workflows/build.yml", line, "it is so")]


def unsigned(*platforms: PlatformEvidence, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    return image(*platforms, signatures=(), **changes)


def elsewhere(registry: str, *platforms: PlatformEvidence, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    """The same tag in another registry."""
    return image(*platforms, image=Reference.parse(f"{registry}/acme/app:1.2.3"), **changes)


def sibling(*platforms: PlatformEvidence, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    """Another image of the same build."""
    name = Reference.parse("quay.io/acme/worker:1.2.3")
    return image(*platforms, image=name, **({"digest": digest("worker")} | changes))


async def of(name: str, folder: Path | None = None) -> Evidence:
    """A real image, by the name of its layout: a sample, a fixture, or one of the larger data's."""
    places = (SAMPLES, FIXTURES) if folder is None else (folder / "images",)
    layout = next(place / name for place in places if (place / name).is_dir())
    reference = parse_layout(f"oci:{layout}:v1" if name.startswith("sig-") else f"oci:{layout}")
    search = Searching(Settings().root_options(), default_policies).for_image(reference)
    return await gather(reference, LayoutRegistry(layout), search=search)


def judged_causes(evidence: Evidence, rule: str, **known: Any) -> list[str]:  # noqa: ANN401 - as `found`
    """What the report says, through the same door as everybody."""
    (result,) = [one for one in reported(evidence, **known).results if one.rule == rule]
    return [cause.cause for cause in result.causes]
