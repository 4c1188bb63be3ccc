"""The sample images: real BuildKit builds, their names in the demo, and the expected results."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.demo.registry import SampleRepository
from bot.demo.webhooks import HOSTS
from bot.oci.reference import Reference
from bot.report import Verdict

IMAGES: Final = Path(__file__).parent / "images"

GOOD: Final = "max-sbom_2p_dflt"
"""Built with mode=max and an SBOM, for two platforms."""

MIN: Final = "min_2p_dflt"
"""Built with mode=min, the default, and without an SBOM."""

SHOP: Final = "shop-api", "shop-web", "shop-worker"

UNSIGNED: Final = frozenset({"signature-missing"})

BUILT_HERE: Final = frozenset({"provenance-builder-unknown", "provenance-source-missing", "attestation-unsigned"})
"""What is advised for a build on somebody's own machine, from a folder."""

LOST: Final = "provenance-lost", "provenance-mode-min", "sbom-lost", "sbom-missing"


class Sample(Struct, frozen=True):
    """One image in the registry that its name says. `failing` are exactly the required rules that must fail."""

    layout: str
    image: Reference
    failing: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """Of the webhook that announces it."""
        return next(kind for kind, host in HOSTS.items() if host == self.image.registry)


class Story(Struct, frozen=True):
    """A release, and the one thread that must tell it.

    `pushed` are announced, in this order. `before` are images of earlier releases: in the registries, and announced to
    nobody. `problems` are exactly those that the parent lists, in its order; `advice` are the other rules with replies.
    """

    subject: str
    told: str
    verdict: Verdict
    pushed: tuple[Sample, ...]
    problems: tuple[str, ...] = ()
    advice: frozenset[str] = frozenset()
    before: tuple[Sample, ...] = ()


def _sample(layout: str, image: str, *failing: str) -> Sample:
    return Sample(layout, Reference.parse(image), frozenset(failing))


STORIES: Final = (
    Story(
        "demo/app-max 1.0.0",
        "built with mode=max and an SBOM, for two platforms; its policy asks for nothing else",
        Verdict.PASS,
        (_sample(GOOD, "docker.io/demo/app-max:1.0.0"),),
    ),
    Story(
        "demo/app-min 1.0.0",
        "built with mode=min, the default",
        Verdict.FAIL,
        (_sample(MIN, "quay.io/demo/app-min:1.0.0", "provenance-mode-min", "sbom-missing"),),
        ("sbom-missing", "provenance-mode-min"),
        BUILT_HERE | UNSIGNED,
    ),
    Story(
        "demo/app-none 1.0.0",
        "built without any attestation",
        Verdict.FAIL,
        (_sample("none_2p_dflt", "ghcr.io/demo/app-none:1.0.0", "provenance-missing", "sbom-missing"),),
        ("provenance-missing", "sbom-missing"),
        UNSIGNED,
    ),
    Story(
        "demo/app-token 1.0.0",
        "a token was passed as a build argument, and mode=max publishes it",
        Verdict.FAIL,
        (
            _sample(
                "max-args_1p_classic",
                "registry.example.com/demo/app-token:1.0.0",
                "provenance-secret-exposed",
                "sbom-missing",
            ),
        ),
        ("provenance-secret-exposed", "sbom-missing"),
        BUILT_HERE | UNSIGNED,
    ),
    Story(
        "demo/app-merged 1.0.0",
        "merged from an attested and an unattested architecture",
        Verdict.FAIL,
        (
            _sample(
                "der-imagetools-merge_partial", "quay.io/demo/app-merged:1.0.0", "provenance-missing", "sbom-missing"
            ),
        ),
        ("provenance-missing", "sbom-missing"),
        BUILT_HERE | UNSIGNED,
    ),
    Story(
        "demo/app-ready 1.0.0",
        "has all that its policy asks for, and the policy gives no further advice",
        Verdict.PASS,
        (_sample(GOOD, "ghcr.io/demo/app-ready:1.0.0"),),
    ),
    Story(
        "demo/shop 1.1.0",
        "three images in two registries: shop-api lost what 1.0.0 had, and docker.io lacks shop-worker",
        Verdict.FAIL,
        (
            _sample(GOOD, "quay.io/demo/shop-web:1.1.0"),
            _sample(GOOD, "docker.io/demo/shop-web:1.1.0"),
            _sample(MIN, "quay.io/demo/shop-api:1.1.0", *LOST),
            _sample(MIN, "docker.io/demo/shop-api:1.1.0", *LOST),
            _sample(GOOD, "quay.io/demo/shop-worker:1.1.0", "tag-registries-differ"),
        ),
        ("provenance-lost", "sbom-lost", "tag-registries-differ"),
        UNSIGNED,
        before=tuple(
            _sample(GOOD, f"{registry}/demo/{name}:1.0.0") for registry in ("quay.io", "docker.io") for name in SHOP
        ),
    ),
)


def repositories(registry: str) -> dict[str, SampleRepository]:
    """What that registry has, by repository."""
    made: dict[str, SampleRepository] = {}
    for sample in (sample for story in STORIES for sample in (*story.before, *story.pushed)):
        if sample.image.registry == registry:
            made.setdefault(sample.image.repository, SampleRepository()).add(IMAGES / sample.layout, sample.image.tag)
    return made
