"""What a report says about the evidence of an image: its platforms, their attestations, and its signatures."""

from typing import Literal

from bot.report.part import Part, State


class ArtifactSummary(Part):
    """What it is, when it is not an image: `kind` is of ArtifactKind, `name` what sentences call it."""

    kind: str  # helm-chart
    media_type: str
    name: str  # a Helm chart
    about: str = ""  # the digest that it speaks about, when it is evidence
    is_evidence: bool = False  # it only speaks about an image, and no verdict on it is one on that image


class ProvenanceSummary(Part):
    """One platform's provenance. `mode` is max, min, foreign or null."""

    state: State
    mode: Literal["max", "min", "foreign"] | None = None
    slsa: str | None = None
    build_type: str | None = None
    builder_id: str | None = None
    source: str | None = None
    revision: str | None = None
    ref: str | None = None
    workflow: str | None = None
    run: str | None = None
    build_args: tuple[str, ...] = ()
    base_images: tuple[str, ...] = ()
    secret_ids: tuple[str, ...] = ()
    started_on: str | None = None
    finished_on: str | None = None
    where: str | None = None
    source_from: str | None = None  # which place names the source: configSource, vcs, github, labels, dependencies, …
    reason: str | None = None  # why it could not be read
    code: str | None = None  # the same for decisions, of UnknownReason


class SbomSummary(Part):
    """One platform's SBOM."""

    state: State
    formats: tuple[str, ...] = ()
    packages: int | None = None
    where: str | None = None
    reason: str | None = None
    code: str | None = None


class PlatformSummary(Part):
    """One platform, as the rules saw it. `attestation_manifests` are those whose provenance is about it."""

    platform: str
    digest: str
    provenance: ProvenanceSummary
    sbom: SbomSummary
    attestation_manifests: tuple[str, ...] = ()


class SignatureSummary(Part):
    """One signature that was found. `code` is a SignatureReason; reports from before there were codes have "" there."""

    layout: str
    digest: str
    state: str
    identity: str = ""
    issuer: str = ""
    reason: str = ""
    code: str = ""
    predicate_type: str = ""
    signed_at: str = ""
    subject: str | None = None  # "image", a platform, "" for something else; None in reports from before it was told


class ReaderSummary(Part):
    """What one tool finds of the image's evidence. Each kind is seen, unseen, absent, unknown, or not-read by it.

    `why` says it for each kind that the tool does not simply find, or finds with an option alone.
    """

    reader: str  # docker-scout
    version: str  # what was read of it: its program or its documentation
    signature: str
    provenance: str
    sbom: str
    why: str = ""


class SearchSummary(Part):
    """How far signatures were searched. Only a complete search that found none says that there is none."""

    state: Literal["complete", "incomplete", "none"]
    reason: str = ""  # why it is not complete


class StoreSummary(Part):
    """A place where attestations about the image may be: the registry, or GitHub's attestations API where it was asked.

    `found` is how many it holds, null where not all of it could be read, or a 404 may hide what is there.
    """

    store: str  # registry, github
    found: int | None = None


class TrustSummary(Part):
    """How far the provenance can be believed. `slsa_build_level` is an estimate, None when nobody can tell."""

    level: str
    slsa_build_level: int | None = None
    reason: str = ""
    code: str | None = None  # why the level is unknown, of UnknownReason
    limits: tuple[str, ...] = ()
