"""SLSA provenance v0.2, as BuildKit wrote it before 0.28 and slsa-github-generator writes it.

https://slsa.dev/spec/v0.2/provenance
"""

from typing import Final

from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.values import Document, mapping, mappings, text

BUILDKIT_METADATA: Final = "https://mobyproject.org/buildkit@v1#metadata"
_BUILDKIT: Final = "https://mobyproject.org/buildkit@"


def take_apart(predicate: Document) -> PredicateParts:
    """The predicate's parts. Raises MalformedError."""
    invocation, metadata = mapping(predicate.get("invocation")), mapping(predicate.get("metadata"))
    config_source = mapping(invocation.get("configSource"))
    build_config = mapping(predicate.get("buildConfig"))
    return PredicateParts(
        slsa="v0.2",
        build_type=text(predicate.get("buildType")),
        builder_id=text(mapping(predicate.get("builder")).get("id")),
        invocation_id=text(metadata.get("buildInvocationID") or metadata.get("buildInvocationId")),
        started_on=text(metadata.get("buildStartedOn")),
        finished_on=text(metadata.get("buildFinishedOn")),
        config_source=config_source,
        request=mapping(invocation.get("parameters")),
        environment=mapping(invocation.get("environment")),
        buildkit=mapping(metadata.get(BUILDKIT_METADATA)),
        materials=mappings(predicate.get("materials")),
        has_buildkit_keys="llbDefinition" in build_config or any(key.startswith(_BUILDKIT) for key in metadata),
        has_build_config="buildConfig" in predicate,
        build_config=build_config,
    )
