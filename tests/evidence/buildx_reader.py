"""A model of how buildx finds provenance and SBOM of an image, under each of the ways in which readers take JSON.

It goes by annotations and media types alone, and reads what they name: https://github.com/docker/buildx
(util/imagetools/loader.go).
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from bot.attestations.statement import SLSA_V1, SPDX
from tests.attestations.predicates import BUILDKIT_V1
from tests.evidence.building import IN_TOTO
from tests.evidence.forging import Forger
from tests.evidence.go_reader import fold
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST, digest_of

Pairs = list[tuple[str, Any]]
Read = Callable[[bytes], Any]

REFERENCES: Final = ("com.docker.reference.digest", "vnd.docker.reference.digest")
KIND: Final = "in-toto.io/predicate-type"
_NAMES: Final = {
    fold(name): name
    for name in (
        *("mediaType", "manifests", "digest", "size", "annotations", "layers", "predicateType", "predicate", "subject"),
        *("_type", "buildDefinition", "buildType", "internalParameters", "buildConfig", "llbDefinition", "spdxVersion"),
    )
}


def _refused(name: str) -> None:
    raise ValueError(name)


def _reader(hook: Callable[[Pairs], dict[str, Any]]) -> Read:
    return lambda data: json.loads(data.decode(), object_pairs_hook=hook, parse_constant=_refused)


READERS: Final[tuple[Read, ...]] = (
    _reader(dict),  # the last of equal keys
    _reader(lambda pairs: dict(reversed(pairs))),  # the first
    _reader(lambda pairs: {_NAMES.get(fold(key), key): value for key, value in pairs}),  # Go's: without case
)


def all_see_everything(forger: Forger) -> bool:
    """Whether each reader finds provenance in max mode and an SBOM about every platform."""
    return all(_sees_everything(forger, read) for read in READERS)


def _sees_everything(forger: Forger, read: Read) -> bool:
    try:
        children = read(forger.manifests[-1][0])["manifests"]
        images = [child for child in children if not _about(child)]
        held = [_is_held(child, forger) for child in children]
        return bool(images) and all(held) and all(_is_attested(image, children, forger, read) for image in images)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return False


def _about(child: dict[str, Any]) -> str:
    annotations = child.get("annotations") or {}
    return next((annotations[key] for key in REFERENCES if key in annotations), "")


def _is_held(child: dict[str, Any], forger: Forger) -> bool:
    return child["mediaType"] in {OCI_MANIFEST, OCI_INDEX} and len(_bytes(child, forger)) == child["size"]


def _bytes(described: dict[str, Any], forger: Forger) -> bytes:
    everything = (*(data for data, _ in forger.manifests), *forger.blobs)
    return next(data for data in everything if digest_of(data) == described["digest"])


def _is_attested(image: dict[str, Any], children: list[dict[str, Any]], forger: Forger, read: Read) -> bool:
    about = image["digest"]
    layers = [one for child in children if _about(child) == about for one in read(_bytes(child, forger))["layers"]]
    said = [(one["annotations"][KIND], one) for one in layers if one["mediaType"] == IN_TOTO]
    slsa = [read(_of_size(one, forger)) for kind, one in said if kind.startswith("https://slsa.dev/provenance/")]
    spdx = [read(_of_size(one, forger)) for kind, one in said if kind == SPDX]
    return any(map(_is_max, _about_it(slsa, SLSA_V1, about))) and any(map(_is_spdx, _about_it(spdx, SPDX, about)))


def _of_size(described: dict[str, Any], forger: Forger) -> bytes:
    data = _bytes(described, forger)
    if len(data) != described["size"]:
        raise ValueError("another size")
    return data


def _about_it(statements: list[dict[str, Any]], kind: str, digest: str) -> Iterator[dict[str, Any]]:
    for one in statements:
        subjects = {subject["digest"].get("sha256") for subject in one["subject"]}
        if one["predicateType"] == kind and one["_type"].startswith("https://in-toto.io/Statement/"):
            yield from [one["predicate"]] if digest.partition(":")[2] in subjects else []


def _is_max(predicate: dict[str, Any]) -> bool:
    definition = predicate["buildDefinition"]
    steps = definition["internalParameters"]["buildConfig"]["llbDefinition"]
    return definition["buildType"] == BUILDKIT_V1 and any(dict(one["op"]["Op"]["source"]) for one in steps)


def _is_spdx(predicate: dict[str, Any]) -> bool:
    return str(predicate["spdxVersion"]).startswith("SPDX-2.")
