"""What people paste where an image's name is wanted: a pull command, or the address of a registry's web page.

The addresses are those of Docker Hub, Quay, GitHub, Amazon's and Microsoft's galleries and Google's console, and the
registry's own, such as https://ghcr.io/acme/app or https://quay.io/v2/acme/app/manifests/1.0.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from bot.errors import InvalidReferenceError

_COMMANDS: Final = (
    ("docker", "pull"),
    ("docker", "push"),
    ("docker", "image", "pull"),
    ("docker", "image", "push"),
    ("docker", "buildx", "imagetools", "inspect"),
    ("podman", "pull"),
    ("podman", "push"),
    ("podman", "image", "pull"),
    ("nerdctl", "pull"),
    ("nerdctl", "image", "pull"),
    ("finch", "pull"),
    ("crictl", "pull"),
    ("buildah", "pull"),
    ("skopeo", "inspect"),
    ("crane", "pull"),
    ("crane", "digest"),
    ("crane", "manifest"),
)
_BEFORE: Final = frozenset({"$", "#", ">", "sudo"})
_WITH_VALUE: Final = frozenset(
    {"--platform", "--arch", "--os", "--variant", "--authfile", "--creds", "--format", "-n", "--namespace", "--policy"}
)
"""Options of these commands whose value is a word of its own."""

_PROTOCOL: Final = re.compile(r"https?://", re.IGNORECASE)
_API: Final = re.compile(r"/v2/(?P<name>.+)/(?:manifests|tags|referrers|blobs)(?:/(?P<target>[^/]+))?")
_QUERY_MAX: Final = 20

Page = Callable[[Sequence[str], Mapping[str, str]], str]


def without_command(words: Sequence[str]) -> list[str]:
    """The words that are left when a command that pulls, and its options, are taken off; else all of them."""
    rest = list(words)
    while rest and rest[0] in _BEFORE:
        rest = rest[1:]
    command = next((command for command in _COMMANDS if tuple(rest[: len(command)]) == command), None)
    if command is None:
        return list(words)
    rest = rest[len(command) :]
    left = []
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            left.append(word)
        elif word in _WITH_VALUE:
            rest = rest[1:]
    return left


def from_address(text: str) -> str:
    """The image's name in a web address; a text that is not an address comes back as it is.

    Raises InvalidReferenceError for a page that names no image.
    """
    has_protocol = _PROTOCOL.match(text) is not None
    try:
        parts = urlsplit(text if has_protocol else f"https://{text}")
        host = (parts.netloc or "").rpartition("@")[2].lower().removeprefix("www.")
    except ValueError:  # brackets that hold no address
        return text
    page = _PAGES.get(host)
    path = [unquote(part) for part in parts.path.split("/") if part]
    if page is not None and (has_protocol or host in _PAGES_ONLY or path[:1] == ["repository"]):
        if name := page(path, _first_values(parts.query)):
            return name
        if host in _PAGES_ONLY or path[:1] == ["repository"]:
            raise _no_image(text)
    if has_protocol and not path:  # a host alone would be read as an image of that name on Docker Hub
        raise _no_image(text)
    return _registry_address(host, parts.path) if has_protocol else text


def is_page(text: str) -> bool:
    """Whether it is the address of a page of one of the registries that we know."""
    if _PROTOCOL.match(text) is None:
        return False
    try:
        host = urlsplit(text).netloc.lower().removeprefix("www.")
    except ValueError:
        return False
    return host in _PAGES


def _registry_address(host: str, path: str) -> str:
    if api := _API.fullmatch(path):
        return _named(f"{host}/{api['name']}", api["target"] or "")
    return f"{host}{path.rstrip('/')}"


def _first_values(query: str) -> dict[str, str]:
    try:
        return {key: values[0] for key, values in parse_qs(query, max_num_fields=_QUERY_MAX).items()}
    except ValueError:  # more fields than that
        return {}


def _named(name: str, target: str) -> str:
    """The name with a tag or a digest; what is neither a tag nor a digest is left out."""
    if re.fullmatch(r"sha(?:256|512)[:-][0-9a-f]{64,128}", target):
        return f"{name}@{target.replace('-', ':', 1)}"
    return f"{name}:{target}" if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", target) else name


def _docker_hub(path: Sequence[str], query: Mapping[str, str]) -> str:
    tag = query.get("name", "")
    match list(path):
        case ["repository", "docker", namespace, name, *_]:
            return _named(f"docker.io/{namespace}/{name}", tag)
        case ["_", name, *_]:
            return _named(f"docker.io/library/{name}", tag)
        case ["r", namespace, name, *_]:
            return _named(f"docker.io/{namespace}/{name}", tag)
        case ["layers", namespace, name, tagged, *_] | ["v2", "repositories", namespace, name, "tags", tagged]:
            return _named(f"docker.io/{namespace}/{name}", tagged)
        case _:
            return ""


def _quay(path: Sequence[str], query: Mapping[str, str]) -> str:
    match list(path):
        case ["repository", namespace, name, "tag" | "manifest", target, *_]:
            return _named(f"quay.io/{namespace}/{name}", target)
        case ["repository", namespace, name, *_]:
            return _named(f"quay.io/{namespace}/{name}", query.get("tag", ""))
        case _:
            return ""


def _github(path: Sequence[str], query: Mapping[str, str]) -> str:
    tag = query.get("tag", "")
    match list(path):
        case ["orgs" | "users", owner, "packages", "container", "package", name, *_]:
            return _named(f"ghcr.io/{owner}/{name}".lower(), tag)
        case ["orgs" | "users", owner, "packages", "container", name, *_]:
            return _named(f"ghcr.io/{owner}/{name}".lower(), tag)
        case [owner, _, "pkgs" | "packages", "container", "package", name, *_]:
            return _named(f"ghcr.io/{owner}/{name}".lower(), tag)
        case [owner, _, "pkgs" | "packages", "container", name, *_]:
            return _named(f"ghcr.io/{owner}/{name}".lower(), tag)
        case _:
            return ""


def _amazon(path: Sequence[str], _: Mapping[str, str]) -> str:
    return f"public.ecr.aws/{path[0]}/{path[1]}" if len(path) > 1 else ""


def _microsoft(path: Sequence[str], _: Mapping[str, str]) -> str:
    match [part for part in path if not re.fullmatch(r"[a-z]{2}-[a-z]{2}", part)]:
        case ["artifact" | "product", "mar", *names]:
            known = [name for name in names if name not in {"tags", "about", "manifest"}]
            return "/".join(("mcr.microsoft.com", *known)) if known else ""
        case _:
            return ""


def _google(path: Sequence[str], _: Mapping[str, str]) -> str:
    match list(path):
        case ["artifacts", "docker", project, location, repository, name, *rest]:
            image = f"{location}-docker.pkg.dev/{project}/{repository}/{name}"
            return _named(image, rest[0] if rest else "")
        case _:
            return ""


_PAGES: Final[Mapping[str, Page]] = {
    "hub.docker.com": _docker_hub,
    "quay.io": _quay,
    "github.com": _github,
    "gallery.ecr.aws": _amazon,
    "mcr.microsoft.com": _microsoft,
    "console.cloud.google.com": _google,
}
_PAGES_ONLY: Final = frozenset({"hub.docker.com", "github.com", "gallery.ecr.aws", "console.cloud.google.com"})
"""Hosts that are not registries."""


def _no_image(text: str) -> InvalidReferenceError:
    return InvalidReferenceError(f"{text[:80]!r} is a web address without an image; write a name, e.g. quay.io/a/b:1.0")
