"""The sample images: real BuildKit builds, their names in the demo, and the expected results."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.demo.registry import SampleRepository
from bot.oci.reference import Reference
from bot.report import Verdict

IMAGES: Final = Path(__file__).parent / "images"


@dataclass(frozen=True, slots=True)
class Sample:
    """One image. `kind` is the webhook that announces it; `failing` are exactly the required rules that must fail."""

    layout: str
    image: Reference
    kind: str
    story: str
    verdict: Verdict
    failing: frozenset[str]


def _sample(layout: str, image: str, kind: str, story: str, verdict: Verdict, *failing: str) -> Sample:
    return Sample(layout, Reference.parse(image), kind, story, verdict, frozenset(failing))


SAMPLES: Final = (
    _sample(
        "max-sbom_2p_dflt",
        "docker.io/demo/app-max:1.0.0",
        "dockerhub",
        "built with mode=max and an SBOM, for two platforms",
        Verdict.WARN,  # not signed, and the builder has no name
    ),
    _sample(
        "min_2p_dflt",
        "quay.io/demo/app-min:1.0.0",
        "quay",
        "built with mode=min, the default",
        Verdict.FAIL,
        "provenance-mode-min",
        "sbom-missing",
    ),
    _sample(
        "none_2p_dflt",
        "ghcr.io/demo/app-none:1.0.0",
        "github",
        "built without any attestation",
        Verdict.FAIL,
        "provenance-missing",
        "sbom-missing",
    ),
    _sample(
        "max-args_1p_classic",
        "registry.example.com/demo/app-token:1.0.0",
        "distribution",
        "a token was passed as a build argument, and mode=max publishes it",
        Verdict.FAIL,
        "provenance-secret-exposed",
        "sbom-missing",
    ),
    _sample(
        "der-imagetools-merge_partial",
        "quay.io/demo/app-merged:1.0.0",
        "quay",
        "merged from an attested and an unattested architecture",
        Verdict.FAIL,
        "provenance-missing",
        "sbom-missing",
    ),
)


def repositories() -> dict[str, SampleRepository]:
    """The samples by repository, for the demo's registry."""
    made: dict[str, SampleRepository] = {}
    for sample in SAMPLES:
        made.setdefault(sample.image.repository, SampleRepository()).add(IMAGES / sample.layout, sample.image.tag)
    return made
