"""Evidence that somebody asks about as if it were an image: an attestation manifest, a tag `sha256-<hex>.sig`.

It is named by its own digest or tag, and what it says is judged where it belongs: with the image that it is about.
"""

from typing import Final

from bot.attestations.layer_types import is_envelope, is_statement
from bot.evidence import Artifact, ArtifactKind, Evidence
from bot.evidence.asking import LARGE, Asking
from bot.evidence.options import Limit
from bot.oci.manifest import Content, Descriptor, Manifest
from bot.oci.reference import is_digest, is_evidence_tag
from bot.values import replace

_BY_ENDING: Final = {".sig": ArtifactKind.SIGNATURE, ".sbom": ArtifactKind.SBOM}
"""How the tag ends; `.att` is an attestation, and so is what has the tag of a list and is none."""

_SIGNATURE: Final = "simplesigning.v1+json"
"""How the type of cosign's own layers ends."""


def evidence_in(manifest: Manifest, tag: str, *, attests: bool) -> Artifact | None:
    """What a manifest that nobody runs is, when it is evidence by its own words or by the tag that it stands under."""
    kinds = [layer.media_type for layer in manifest.layers]
    said = next((one for one in (manifest.artifact_type, *kinds) if one), "")
    subject = manifest.subject.digest if manifest.subject and is_digest(manifest.subject.digest) else ""
    about = subject or about_by_tag(tag)
    if attests:
        return Artifact(ArtifactKind.ATTESTATION, said, about)
    if about_by_tag(tag):
        return Artifact(_BY_ENDING.get(_ending(tag), ArtifactKind.ATTESTATION), said, about)
    if kinds and all(kind.endswith(_SIGNATURE) for kind in kinds):
        return Artifact(ArtifactKind.SIGNATURE, said, about)
    return None


def about_by_tag(tag: str) -> str:
    """The digest that a tag with evidence names, e.g. `sha256:251d…` of `sha256-251d….sig`; "" of other tags."""
    return tag.partition(".")[0].replace("-", ":", 1) if is_evidence_tag(tag) else ""


async def with_subject(artifact: Artifact, asking: Asking) -> Artifact:
    """The same with the digest that its first statement is about, where nothing else names one. Raises nothing."""
    if artifact.about or artifact.kind is not ArtifactKind.ATTESTATION:
        return artifact
    layers = asking.held.read(Manifest).layers
    first = next((one for one in layers if is_statement(one.media_type) and one.size <= LARGE), None)
    if first is None:
        return artifact
    answer = (await asking.blobs([(first, Limit(LARGE, "LARGE"))]))[first.digest]
    return replace(artifact, about=_subject(answer, first)) if isinstance(answer, Content) else artifact


def told_apart(evidence: Evidence) -> Evidence:
    """The evidence without what is only true of an image: an attestation manifest by itself has nothing to link."""
    artifact = evidence.artifact
    about = about_by_tag(evidence.image.tag)
    if artifact is None and evidence.is_index and about and not evidence.platforms and not evidence.unreadable:
        artifact = Artifact(ArtifactKind.REFERRERS, evidence.media_type, about)
    if artifact is None or not artifact.is_evidence:
        return evidence
    return replace(evidence, artifact=artifact, unlinked=())


def _subject(content: Content, layer: Descriptor) -> str:
    from bot.attestations.reading import (  # noqa: PLC0415 - a check of an image needs it later, or not at all
        StatementEvidence,
        read_envelope,
        read_statement,
    )

    read = read_envelope if is_envelope(layer.media_type) else read_statement
    found = read(content.data, "", StatementEvidence(layer.digest, "", "")).statement.subjects
    return next((one for one in found if is_digest(one)), "")


def _ending(tag: str) -> str:
    return "".join(tag.partition(".")[1:])
