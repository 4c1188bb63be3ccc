"""The parts of a SLSA predicate of any version; every value is untrusted.

The paths are those of BuildKit's own documents: https://docs.docker.com/build/metadata/attestations/slsa-definitions/
"""

from msgspec import Struct, field

from bot.attestations.values import Document, mapping, mappings
from bot.values import Hiding


class PredicateParts(Hiding, Struct, frozen=True):
    """One predicate, taken apart; `environment` is v1's internalParameters."""

    HIDDEN = frozenset({"config_source", "request", "environment", "buildkit", "external", "materials", "build_config"})

    slsa: str  # "v0.2" or "v1"
    build_type: str = ""
    builder_id: str = ""
    invocation_id: str = ""
    started_on: str = ""
    finished_on: str = ""
    config_source: Document = field(default_factory=dict)
    request: Document = field(default_factory=dict)
    environment: Document = field(default_factory=dict)
    buildkit: Document = field(default_factory=dict)  # BuildKit's own metadata: vcs, source, layers
    external: Document = field(default_factory=dict)  # v1's externalParameters
    materials: tuple[Document, ...] = ()
    has_buildkit_keys: bool = False  # keys that no other builder writes
    has_build_config: bool = False
    build_config: Document = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Document, ...]:
        """The build's steps (LLB definition); only in max mode."""
        return mappings(self.build_config.get("llbDefinition"))

    @property
    def vcs(self) -> Document:
        """What the client sent about its git checkout."""
        return mapping(self.buildkit.get("vcs"))


def operation(step: Document) -> Document:
    """What a build step does, e.g. {"exec": …}; empty for the last one (solver/pb/ops.proto)."""
    return mapping(mapping(step.get("op")).get("Op"))
