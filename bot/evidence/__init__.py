"""Everything we could learn about one image. A thing is there, is not there (None), or could not be read.

`gather.py` does it by `examining.py`, a level of the image in each file: `tree`, `children`, `attested`;
`bot/signatures/search.py` is the port to signatures. Another thing to learn is a field here, one file that reads it,
and one line in `attested.py`.
"""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.evidence.artifact_kinds import Artifact, ArtifactKind
from bot.oci.ambiguity import Ambiguity
from bot.oci.reference import Reference
from bot.oci.referrer_list import ListedBy
from bot.signatures.signature import Signature
from bot.unreadable import MissingBlob, Unreadable
from bot.values import Hiding

if TYPE_CHECKING:  # a terminal reads the index before it imports what reads statements
    from bot.attestations.provenance import Exposed, Provenance
    from bot.attestations.reading import StatementEvidence
    from bot.attestations.sbom import Sbom
    from bot.signatures.discovery import ReferrerListing
    from bot.signatures.search import AttachedStatement

__all__ = [
    "Artifact",
    "ArtifactKind",
    "AttestationStore",
    "CiRun",
    "Evidence",
    "GitTag",
    "ImageConfig",
    "MissingBlob",
    "NotAsked",
    "PlatformEvidence",
    "Requests",
    "Unlinked",
    "UnlinkedReason",
    "Unreadable",
]


class ImageConfig(Hiding, Struct, frozen=True):
    """What matters of the image's configuration (OCI image-spec, config.md)."""

    HIDDEN = frozenset({"labels", "history", "exposed"})

    labels: tuple[tuple[str, str], ...] = ()
    history: tuple[tuple[str, str, str], ...] = ()  # created_by, comment, author
    exposed: "tuple[Exposed, ...]" = ()  # Env, labels, history
    unread: tuple[str, ...] = ()  # sentences: texts over our limits, which nobody looked at for secrets
    layers: int = 0
    created: str = ""  # RFC 3339, the image's own words
    platform: str = ""  # what it says that it runs on, e.g. linux/arm64/v8; "" when it does not say


class NotAsked(Struct, frozen=True):
    """Not looked at, on purpose: somebody switched it off."""

    reason: str


class PlatformEvidence(Struct, frozen=True):
    """One runnable platform of the image. Statements whose subject is another digest do not count here."""

    platform: str  # linux/amd64
    digest: str
    provenance: "Provenance | Unreadable | None"
    sbom: "Sbom | Unreadable | None"  # the fullest one
    provenances: "tuple[Provenance, ...]" = ()  # all, for provenance-inconsistent
    other_builds: "tuple[Provenance, ...]" = ()  # what another index says of the same platform, beside this one's own
    sboms: "tuple[Sbom, ...]" = ()
    statements: "tuple[StatementEvidence, ...]" = ()
    attestation_manifests: tuple[str, ...] = ()  # digests
    config: ImageConfig | Unreadable | NotAsked | None = None
    where: str = "index"  # index | referrer | cosign-tag: where the provenance stood
    sbom_where: str = "index"  # and where the SBOM did

    @property
    def everything_told(self) -> "tuple[Provenance, ...]":
        """The provenance of all builds of the platform: whoever can read one of them reads what it holds."""
        return (*self.provenances, *self.other_builds)


class UnlinkedReason(StrEnum):
    """Why an attestation manifest is tied to no platform."""

    NO_ANNOTATIONS = "no-annotations"  # nothing in the index says which platform it is about
    DANGLING = "dangling"  # what it is said to be about is not in the index


class Unlinked(Struct, frozen=True):
    """An attestation manifest in the index that is tied to no platform of it."""

    digest: str
    reason: UnlinkedReason
    reference: str = ""  # the digest that the index says it is about, which is not in the index
    subject: str = ""  # digest of the platform it once was about, where it tells itself


class AttestationStore(Struct, frozen=True):
    """GitHub's attestations API, where it was asked about the image. What it holds is among the signatures.

    `hidden` says why what it does not list may be there all the same: it does not show the repository. Mostly nobody
    asks whether it does, since that costs a request: `denied` are repositories that answered 404 to everything.
    """

    sources: tuple[str, ...]  # the repositories that were asked, e.g. https://github.com/acme/app
    denied: tuple[str, ...] = ()  # of these
    hidden: tuple[Unreadable, ...] = ()


class CiRun(Struct, frozen=True):
    """A CI run that a statement names, as the code host knows it; only the file where it names no run.

    `commit` is "" where that of the run need not be the one that was built, as for a pull request.
    """

    source: str  # https://github.com/acme/app
    commit: str = ""
    workflow: str = ""  # .github/workflows/release.yml
    attempts: int = 1
    event: str = ""  # what started it, e.g. push
    git_tag: str = ""  # an annotated tag's own id, of that commit, which the statement names instead


class GitTag(Struct, frozen=True):
    """The Git tags that a version may have at the code host, and the commits that those that are there name now."""

    source: str  # https://github.com/acme/app
    names: tuple[str, ...]  # as they were looked for, e.g. v1.2.3 and 1.2.3
    commits: tuple[tuple[str, str], ...] = ()  # name and commit; annotated tags are peeled
    objects: tuple[tuple[str, str], ...] = ()  # ids of annotated tags that statements name, and their commits
    others: tuple[tuple[str, str], ...] = ()  # those that may be the version's by another spelling, app/v1.2.3


class Requests(Struct, frozen=True):
    """What looking cost. `manifest_pulls` are what Docker Hub counts; token requests stand apart."""

    total: int = 0
    manifest_pulls: int = 0
    round_trips: int = 0


class Evidence(Struct, frozen=True):
    """Everything we could learn about one image, at one digest."""

    image: Reference  # as asked, with tag
    digest: str  # what the tag stood for
    media_type: str
    is_index: bool
    platforms: tuple[PlatformEvidence, ...]
    annotations: tuple[tuple[str, str], ...] = ()  # of the index
    unlinked: tuple[Unlinked, ...] = ()
    missing: tuple[MissingBlob, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()  # parts of the index itself that could not be looked at
    unconfirmed: tuple[Unreadable, ...] = ()  # children of which nobody could see whether they are what the index says
    ambiguous: tuple[Ambiguity, ...] = ()  # documents that can be read in two ways
    signatures: tuple[Signature, ...] = ()
    signatures_unreadable: tuple[Unreadable, ...] = ()  # places in the registry that could not be searched
    code_host_unreadable: tuple[Unreadable, ...] = ()  # what the code host's store of attestations did not answer
    code_host_asked: bool = False  # whether a code host could be asked about attestations, and was where one is named
    signatures_searched: bool = False
    code_host: AttestationStore | None = None  # None = no code host was asked for attestations
    ci_runs: tuple[tuple[str, CiRun | Unreadable | None], ...] | None = None  # by `named_build`; None = nobody asked
    git_tag: GitTag | Unreadable | NotAsked | None = None  # None = no code host was asked for it
    attached: "tuple[AttachedStatement, ...]" = ()  # statements beside the index, each with the place where it stands
    listed: "tuple[ReferrerListing, ...]" = ()  # how the registry lists what refers to the image
    requests: Requests = Requests()  # all
    attestation_requests: Requests = Requests()  # those for the image itself and its attestations
    signature_requests: Requests = Requests()  # those of the search beside them
    notes: tuple[str, ...] = ()  # said under the verdict: the tag moved, media types disagree
    looked_at: datetime | None = None  # None = just now; else when, for what is only remembered
    artifact: Artifact | None = None  # what it is, when it is certain that it is not an image
    indent: int = 0  # spaces before the first key of the tag's document; writers differ in it

    @property
    def only_tagged(self) -> tuple[tuple[str, str], ...]:
        """What refers to the image and the registry's referrers API lacks: the digest it is about, and its own."""
        linked = {one for platform in self.platforms for one in platform.attestation_manifests}
        tagged = (one for one in self.listed if one.by is ListedBy.TAG_ALONE)
        return tuple((one.about, one.manifest) for one in tagged if one.manifest not in linked)
