"""What was asked of BuildKit: build args, labels, secrets, in the request and in the requests nested in it."""

from collections.abc import Iterator
from typing import Final

from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.values import Document, mapping, mappings, text

BUILD_ARG: Final = "build-arg:"
LABEL: Final = "label:"

_GIT_AUTH: Final = "GIT_AUTH_"
"""Secret ids that BuildKit asks for in every build from git, whether or not they exist."""


def requests(request: Document) -> Iterator[Document]:
    """The request, its inputs' and its root's, and so on; at any depth."""
    yield request
    inputs = [mapping(value) for value in mapping(request.get("inputs")).values()]
    for nested in (*inputs, mapping(request.get("root"))):
        if inner := mapping(nested.get("request")):
            yield from requests(inner)


def arguments(parts: PredicateParts) -> Iterator[tuple[str, str]]:
    """Every argument of every request, e.g. ("build-arg:VERSION", "1.0")."""
    for request in requests(parts.request):
        for key, value in mapping(request.get("args")).items():
            if isinstance(value, str):
                yield key, value


def named(parts: PredicateParts, prefix: str) -> dict[str, str]:
    """The build args or labels by name; the outermost request wins."""
    found: dict[str, str] = {}
    for key, value in arguments(parts):
        if key.startswith(prefix):
            found.setdefault(text(key.removeprefix(prefix)), value)
    return found


def secret_ids(parts: PredicateParts) -> tuple[str, ...]:
    """Ids of the secrets that the build mounted, without BuildKit's own; an id is a name and not a leak."""
    ids = (text(secret.get("id")) for request in requests(parts.request) for secret in mappings(request.get("secrets")))
    return tuple(sorted({id_ for id_ in ids if id_ and not id_.startswith(_GIT_AUTH)}))


def mounts_secrets(parts: PredicateParts) -> bool:
    """Whether some request lists secrets or SSH sockets, which min mode leaves out."""
    return any(request.get("secrets") or request.get("ssh") for request in requests(parts.request))
