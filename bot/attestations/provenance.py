"""SLSA provenance, v0.2 and v1, as one normalised model; `slsa_v02.py` and `slsa_v1.py` do the reading.

https://slsa.dev/spec/v0.2/provenance and https://slsa.dev/spec/v1.0/provenance
"""

from enum import StrEnum

from msgspec import Struct

from bot.values import Hiding


class Mode(StrEnum):
    """How much BuildKit recorded. The mode itself is not recorded: see `Provenance.mode`."""

    MAX = "max"
    MIN = "min"
    FOREIGN = "foreign"  # another builder's provenance: min and max do not apply


class RecordPlace(StrEnum):
    """Where in the provenance or the image's configuration a text is; also the words that people read."""

    BUILD_ARGUMENT = "build argument"
    LABEL = "label"
    NAMED_CONTEXT = "named context"
    FRONTEND_OPTION = "frontend option"
    DOCKERFILE = "Dockerfile text"
    STEP_ENVIRONMENT = "environment of a build step"
    STEP_COMMAND = "command of a build step"
    STEP_PROXY = "proxy of a build step"
    STEP_FILE = "file written by a build step"
    STEP_SOURCE = "source of a build step"
    CONFIG_SOURCE = "configSource"
    VCS = "vcs"
    MATERIALS = "materials"
    CI_CONTEXT = "CI context"
    CI_EVENT = "CI event payload"
    PROVENANCE = "provenance"
    IMAGE_ENVIRONMENT = "image environment"
    IMAGE_LABEL = "image label"
    IMAGE_COMMAND = "image command"
    IMAGE_HISTORY = "image history"
    WORKFLOW = "workflow file"

    __hash__ = str.__hash__  # that of enums is the hash of the name, in Python: every text of every statement asks


class Exposed(Hiding, Struct, frozen=True):
    """Text in the provenance that everybody can read, and where it is.

    `key` is the name it goes by (a build arg, an environment variable), "" when it has none. The value is kept only
    for the secret rule to look at; it must never reach a finding.
    """

    HIDDEN = frozenset({"value"})

    place: RecordPlace
    key: str
    value: str


class Provenance(Hiding, Struct, frozen=True):
    """What one SLSA statement says about one platform's image, for every version of the predicate.

    `mode` is None when the predicate version is unknown, or the build type is missing. Source and revision are stripped
    of user info and `.git`; `source_from` says which place won: configSource, vcs, github, labels or "",
    and of other builders what foreign.py calls them.
    """

    HIDDEN = frozenset({"labels", "exposed"})

    slsa: str  # "v0.2", "v1", or "" when unknown
    mode: Mode | None
    build_type: str = ""
    builder_id: str = ""
    source: str = ""
    revision: str = ""
    source_from: str = ""
    is_revision_labelled: bool = False  # by the image's label, which may be its base image's, and not by the statement
    ref: str = ""  # e.g. refs/tags/1.2.3 if known
    workflow: str = ""  # e.g. .github/workflows/build.yml if known
    run: str = ""  # URL of the CI run if known
    started_on: str = ""
    finished_on: str = ""
    build_args: tuple[str, ...] = ()  # names, never values
    base_images: tuple[str, ...] = ()  # purls
    secret_ids: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()  # asked for in the build request (max only)
    inconsistencies: tuple[str, ...] = ()  # sentences, for provenance-inconsistent
    private_data: tuple[str, ...] = ()  # places of CI event payloads and e-mail addresses
    exposed: tuple[Exposed, ...] = ()
    unread: tuple[str, ...] = ()  # sentences: texts over our limits, which were not searched for secrets
    repository_private: bool | None = None  # from the CI event; None = the event does not say
