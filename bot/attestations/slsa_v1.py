"""SLSA provenance v1, BuildKit's default since 0.28, and GitHub's.

https://slsa.dev/spec/v1.0/provenance
"""

from typing import Final

from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.values import Document, mapping, mappings, text

_BUILDKIT: Final = "buildkit_"


def take_apart(predicate: Document) -> PredicateParts:
    """The predicate's parts. Raises MalformedError."""
    definition, run = mapping(predicate.get("buildDefinition")), mapping(predicate.get("runDetails"))
    external = mapping(definition.get("externalParameters"))
    internal = mapping(definition.get("internalParameters"))
    metadata = mapping(run.get("metadata"))
    config_source = mapping(external.get("configSource"))
    build_config = mapping(internal.get("buildConfig"))
    return PredicateParts(
        slsa="v1",
        build_type=text(definition.get("buildType")),
        builder_id=text(mapping(run.get("builder")).get("id")),
        invocation_id=text(metadata.get("invocationId") or metadata.get("invocationID")),
        started_on=text(metadata.get("startedOn")),
        finished_on=text(metadata.get("finishedOn")),
        config_source=config_source,
        request=mapping(external.get("request")),
        environment={key: value for key, value in internal.items() if key != "buildConfig"},
        buildkit=mapping(metadata.get("buildkit_metadata")),
        external=external,
        materials=mappings(definition.get("resolvedDependencies")),
        has_buildkit_keys="llbDefinition" in build_config or any(key.startswith(_BUILDKIT) for key in metadata),
        has_build_config="buildConfig" in internal,
        build_config=build_config,
    )
