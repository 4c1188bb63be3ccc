"""A model of how Go programs read an index, and of which children they may choose.

containers/image, containerd and Docker each choose in their own way; these are all that any of them may take.

`encoding/json` matches names of fields without case, by Unicode's simple folding; later keys are decoded over earlier
ones, so that what only the earlier one had stays. https://pkg.go.dev/encoding/json#Unmarshal
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

Decoded = dict[str, Any]

_FOLDS: Final = {"\u017f": "s", "\u212a": "k"}  # all that folds to ASCII and is none
_PLATFORM: Final = {"os": str, "architecture": str, "variant": str}
_DESCRIPTOR: Final = {
    "mediaType": str,
    "digest": str,
    "size": int,
    "platform": _PLATFORM,
    "annotations": dict,
}
_INDEX: Final = {"mediaType": str, "manifests": [_DESCRIPTOR]}
_ARCHITECTURES: Final = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64"}


class UnreadableError(Exception):
    """Go refuses the document."""


def fold(key: str) -> str:
    return "".join(_FOLDS.get(sign, sign.lower() if sign.isascii() else sign) for sign in key)


def read_index(data: bytes) -> Decoded:
    """The index as Go decodes it. Raises UnreadableError."""
    document = json.loads(data, object_pairs_hook=_Pairs)
    decoded = _decode(document, _INDEX, {})
    return decoded if isinstance(decoded, dict) else {}


class _Pairs(list[tuple[str, Any]]):
    """An object's members in their order."""


def _decode(value: object, shape: object, into: Any) -> Any:  # noqa: ANN401 - whatever Go's value is
    if value is None:
        return None if isinstance(shape, list) or shape is _PLATFORM else into
    if isinstance(shape, dict):
        return _decode_struct(value, shape, into)
    if isinstance(shape, list):
        if not isinstance(value, list) or isinstance(value, _Pairs):
            raise UnreadableError
        old = into or []
        return [_decode(one, shape[0], old[at] if at < len(old) else {}) for at, one in enumerate(value)]
    if shape is dict:
        return dict(value) if isinstance(value, _Pairs) else into
    if not isinstance(value, shape) or isinstance(value, bool):  # type: ignore[arg-type]
        raise UnreadableError
    return value


def _decode_struct(value: object, shape: Mapping[str, object], into: Any) -> Decoded:  # noqa: ANN401
    if not isinstance(value, _Pairs):
        raise UnreadableError
    decoded: Decoded = dict(into or {})
    names = {fold(name): name for name in shape}
    for key, member in value:
        name = key if key in shape else names.get(fold(key))
        if name is not None:
            found = _decode(member, shape[name], decoded.get(name))
            decoded[name] = found
    return decoded


def candidates(index: Decoded, os: str, architecture: str) -> Iterator[Decoded]:
    """The children that some runtime may take for that platform: by its name, by an alias of it, or without any."""
    for child in index.get("manifests") or []:
        platform = child.get("platform")
        is_named = platform is not None and platform.get("os") and platform.get("architecture")
        if not is_named or _normal(platform) == (os, architecture):
            yield child


def _normal(platform: Decoded) -> tuple[str, str]:
    architecture = str(platform["architecture"]).lower()
    return str(platform["os"]).lower(), _ARCHITECTURES.get(architecture, architecture)
