"""The keys of a SLSA predicate that Go's readers decode into fields, each at its place.

Go takes `BuildType` for `buildType`. Everything that is not named here is a map of names that anybody may choose: build
arguments, labels and environments may well differ in case only.
https://slsa.dev/spec/v1.0/provenance and https://slsa.dev/spec/v0.2/provenance
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from bot.attestations.statement import SLSA_V02, SLSA_V1
from bot.oci.ambiguity import KEY_MAX, Twofold, fold, is_watched, notice

Keys = Mapping[str, "Keys"]


def _keys(*names: str, **nested: "Keys") -> "Keys":
    return {name: {} for name in names} | nested


_SOURCE: Final = _keys("uri", "digest", "entryPoint", "path")
_MATERIAL: Final = _keys("uri", "digest", "name", "downloadLocation", "mediaType", "content", "annotations")
_BUILDER: Final = _keys("id", "version", "builderDependencies")
_REQUEST: Final = _keys("frontend", "args", "secrets", "ssh", "locals", "inputs", "root")
_CONFIG: Final = _keys("llbDefinition", "digestMapping")
_GITHUB: Final = (
    "github_repository",
    "github_workflow_ref",
    "github_workflow_sha",
    "github_server_url",
    "github_run_id",
)
_TIMES: Final = ("startedOn", "finishedOn", "buildStartedOn", "buildFinishedOn")
_INVOCATION: Final = ("invocationId", "invocationID", "buildInvocationId", "buildInvocationID")

_V1: Final = _keys(
    buildDefinition=_keys(
        "buildType",
        externalParameters=_keys(
            configSource=_SOURCE,
            request=_REQUEST,
            workflow=_keys("repository", "ref", "path"),
            sourceToBuild=_keys("repository", "ref"),
            buildConfigSource=_keys("repository", "ref", "path"),
            source={},
        ),
        internalParameters=_keys("builderPlatform", *_GITHUB, buildConfig=_CONFIG),
        resolvedDependencies=_MATERIAL,
    ),
    runDetails=_keys(
        builder=_BUILDER,
        metadata=_keys(
            *_INVOCATION, *_TIMES, "buildkit_reproducible", buildkit_metadata=_keys("vcs", "source", "layers")
        ),
        byproducts=_MATERIAL,
    ),
)
_V02: Final = _keys(
    "buildType",
    builder=_BUILDER,
    invocation=_keys(
        configSource=_SOURCE,
        parameters=_REQUEST,
        environment=_keys("platform", *_GITHUB),
    ),
    buildConfig=_CONFIG,
    metadata=_keys(*_INVOCATION, *_TIMES, "completeness", "reproducible"),
    materials=_MATERIAL,
)
_KNOWN: Final = {SLSA_V1: _V1, SLSA_V02: _V02}


def notice_folded(predicate: object, predicate_type: str) -> None:
    """Tell of every key of the predicate that some readers take for another one."""
    if is_watched() and (keys := _KNOWN.get(predicate_type)):
        _look(predicate, keys)


def _look(value: object, keys: Keys) -> None:
    """Objects by their keys, the objects in a list one after the other; no deeper than the table is."""
    if isinstance(value, list) and keys:
        for element in value:
            if isinstance(element, dict):
                _look(element, keys)
    elif isinstance(value, dict) and keys:
        _tell(value, frozenset(keys))
        for key, nested in keys.items():
            if nested and key in value:
                _look(value[key], nested)


def _tell(value: Mapping[str, object], known: frozenset[str]) -> None:
    seen: dict[str, str] = {}
    for key in value:
        form = fold(key) if len(key) <= KEY_MAX else ""
        if form not in _forms(known):
            continue
        if key not in known or form in seen:
            notice(Twofold.FOLDED_KEY, key)
        seen[form] = key


@lru_cache(maxsize=64)
def _forms(known: frozenset[str]) -> frozenset[str]:
    return frozenset(map(fold, known))
