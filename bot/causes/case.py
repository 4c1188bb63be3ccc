"""What a cause looks at: a rule that failed, the evidence about the image, and whatever else is known besides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.attestations.provenance import Mode, Provenance
from bot.evidence import Evidence, ImageConfig, PlatformEvidence
from bot.rules import Finding, Outcome

IMAGE = "image"
"""The subject of findings that are about all platforms."""


@dataclass(frozen=True, slots=True)
class WorkflowFinding:
    """What a linter said about the file that built the image; `rule` is the lint rule's id, `line` begins at 1."""

    rule: str
    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Case:
    """One rule that failed for one image.

    `baseline` is an earlier release of the image; `sisters` are images that belong to it: the same tag in another
    registry, others of the same build. Without them less can be told apart, and less is claimed.
    """

    evidence: Evidence
    rule: str
    findings: tuple[Finding, ...] = ()
    baseline: Evidence | None = None
    sisters: tuple[Evidence, ...] = ()
    workflow: tuple[WorkflowFinding, ...] = ()

    @property
    def platforms(self) -> tuple[PlatformEvidence, ...]:
        """Those that the failure is about; all of them when it is about the image."""
        failed = {finding.subject for finding in self.findings if finding.outcome is Outcome.FAIL}
        every = not failed or IMAGE in failed
        return tuple(one for one in self.evidence.platforms if every or one.platform in failed)

    @property
    def other_registries(self) -> tuple[Evidence, ...]:
        """The same repository and tag elsewhere, and the release before: where this image may have come from."""
        image = self.evidence.image
        same = (sister for sister in self.sisters if _is_copy(sister, self.evidence))
        before = [self.baseline] if self.baseline and self.baseline.image == image else []
        return (*same, *before)

    @property
    def siblings(self) -> tuple[Evidence, ...]:
        """Other images of the same run, or else of the same commit."""
        own = set(_origins(self.evidence))
        return tuple(
            sister for sister in self.sisters if sister.digest != self.evidence.digest and own & set(_origins(sister))
        )


def provenances(platforms: Iterable[PlatformEvidence]) -> tuple[Provenance, ...]:
    """The provenance of those platforms that have one that could be read."""
    found = (platform.provenance for platform in platforms)
    return tuple(provenance for provenance in found if isinstance(provenance, Provenance))


def is_unnamed_min(provenance: Provenance) -> bool:
    """BuildKit's min mode, and an empty builder.id: no action of Docker's added anything."""
    return provenance.mode is Mode.MIN and not provenance.builder_id


def is_attested(platform: PlatformEvidence) -> bool:
    """Whether an attestation manifest of the index is tied to it."""
    return bool(platform.attestation_manifests)


def label(platforms: Iterable[PlatformEvidence], name: str) -> str:
    """The first value of that label in the images' configurations, "" when none has it."""
    configs = (platform.config for platform in platforms)
    labels = (dict(config.labels) for config in configs if isinstance(config, ImageConfig))
    return next((value for each in labels if (value := each.get(name))), "")


def named(platforms: Iterable[PlatformEvidence]) -> str:
    """E.g. `linux/amd64 and linux/arm64`, or `5 platforms`."""
    names = [platform.platform for platform in platforms]
    if len(names) > 3:  # noqa: PLR2004 - a sentence does not bear more
        return f"{len(names)} platforms"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _is_copy(sister: Evidence, own: Evidence) -> bool:
    same = sister.image.repository == own.image.repository and sister.image.tag == own.image.tag
    return same and sister.image.registry != own.image.registry


def _origins(evidence: Evidence) -> Iterator[str]:
    """Words that images of one build have in common: the run's address, the commit of a repository."""
    for provenance in provenances(evidence.platforms):
        if provenance.run:
            yield provenance.run.partition("/attempts/")[0]
        if provenance.source and provenance.revision:
            yield f"{provenance.source}@{provenance.revision.removesuffix('-dirty')}"
