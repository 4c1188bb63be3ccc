"""The parts of a SLSA predicate, wherever its version puts them; every value came from outside.

The paths are those of BuildKit's own documents: https://docs.docker.com/build/metadata/attestations/slsa-definitions/
"""

from dataclasses import dataclass, field
from typing import Any, Final

from bot.errors import MalformedError

TEXT_MAX: Final = 8192
"""Characters of one field that is shown or compared: a URI, an id, a time."""

LIST_MAX: Final = 20_000
"""Elements of one list: materials, build steps."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """One predicate, taken apart; `environment` is v1's internalParameters."""

    slsa: str  # "v0.2" or "v1"
    build_type: str = ""
    builder_id: str = ""
    invocation_id: str = ""
    started_on: str = ""
    finished_on: str = ""
    entry_point: str = ""
    config_source: Document = field(default_factory=dict)
    request: Document = field(default_factory=dict)
    environment: Document = field(default_factory=dict)
    buildkit: Document = field(default_factory=dict)  # BuildKit's own metadata: vcs, source, layers
    external: Document = field(default_factory=dict)  # v1's externalParameters
    materials: tuple[Document, ...] = ()
    has_build_config: bool = False
    build_config: Document = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Document, ...]:
        """The build's steps (LLB definition); only in max mode."""
        return mappings(self.build_config.get("llbDefinition"))

    @property
    def vcs(self) -> Document:
        """What the client told of its git checkout."""
        return mapping(self.buildkit.get("vcs"))


def mapping(value: object) -> Document:
    """The value as an object; empty when it is something else."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> tuple[Document, ...]:
    """The objects of a list. Raises MalformedError over LIST_MAX."""
    return tuple(item for item in _items(value) if isinstance(item, dict))


def texts(value: object) -> tuple[str, ...]:
    """The strings of a list. Raises MalformedError over LIST_MAX."""
    return tuple(item for item in _items(value) if isinstance(item, str))


def text(value: object) -> str:
    """The value as a string; "" when it is something else. Raises MalformedError over TEXT_MAX."""
    if not isinstance(value, str):
        return ""
    if len(value) > TEXT_MAX:
        raise MalformedError(f"the provenance has a field of {len(value)} characters, at most {TEXT_MAX} are read")
    return value


def _items(value: object) -> list[Any]:
    if not isinstance(value, list):
        return []
    if len(value) > LIST_MAX:
        raise MalformedError(f"the provenance has a list of {len(value)} elements, at most {LIST_MAX} are read")
    return value
