"""BuildKit's provenance: min or max, and what contradicts it.

The mode is recorded nowhere. What tells it is `buildConfig`, the build's steps: only max mode writes it
(https://docs.docker.com/build/metadata/attestations/slsa-definitions/).
"""

from collections.abc import Iterator
from typing import Final

from bot.attestations.build_request import BUILD_ARG, LABEL, arguments, mounts_secrets
from bot.attestations.provenance import Mode
from bot.attestations.slsa_parts import PredicateParts, operation
from bot.attestations.values import Document, mapping

BUILD_TYPES: Final = {
    "v0.2": "https://mobyproject.org/buildkit@v1",
    "v1": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
}


_NAME: Final = "buildkit"

_OPERATIONS: Final = ("source", "exec", "file", "build", "merge", "diff")
"""What a build step can do (https://github.com/moby/buildkit/blob/master/solver/pb/ops.proto)."""


def is_buildkit(parts: PredicateParts) -> bool:
    """Whether BuildKit wrote this: by its build type, or by what it alone writes.

    Otherwise another build type would be enough to hide that a statement is one in min mode.
    """
    return _has_build_type(parts) or _NAME in parts.build_type.lower() or parts.has_buildkit_keys


def mode(parts: PredicateParts) -> Mode:
    """Max when build steps are there, min otherwise; completeness, sizes and builder ids do not decide it.

    BuildKit's last step has no operation, it only names the result; so one that has an operation must be there.
    """
    return Mode.MAX if any(_does_something(step) for step in parts.steps) else Mode.MIN


def _has_build_type(parts: PredicateParts) -> bool:
    return parts.build_type == BUILD_TYPES[parts.slsa]


def _does_something(step: Document) -> bool:
    does = operation(step)
    return any(mapping(does.get(kind)) for kind in _OPERATIONS)


def inconsistencies(parts: PredicateParts) -> Iterator[str]:
    """Sentences about content that no BuildKit release writes."""
    if not _has_build_type(parts):
        yield "BuildKit's own fields are there, but the build type is not BuildKit's for this version of SLSA"
    if mode(parts) is Mode.MAX:
        return
    if parts.has_build_config:
        yield "buildConfig is present but has no build step"
    for key in ("source", "layers"):
        if parts.buildkit.get(key):
            yield f"BuildKit's metadata has {key!r}, which only mode=max records, but the build steps are missing"
    if mounts_secrets(parts):
        yield "secrets or SSH mounts are listed, which only mode=max records, but the build steps are missing"
    if any(key.startswith((BUILD_ARG, LABEL)) for key, _ in arguments(parts)):
        yield "build args or labels are listed, which only mode=max records, but the build steps are missing"
