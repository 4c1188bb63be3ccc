"""From which repository, revision and ref a build came, in the order in which the places can be trusted.

configSource was resolved by BuildKit itself; vcs and the CI context were sent by the client; labels are free text.
"""

import re
from typing import Final

from msgspec import Struct

from bot.attestations.provenance import Provenance
from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.values import mapping, text
from bot.values import replace

SOURCE_LABEL: Final = "org.opencontainers.image.source"
REVISION_LABEL: Final = "org.opencontainers.image.revision"

_USER_INFO: Final = re.compile(r"(?<=://)[^/@]*@")
_SSH: Final = re.compile(r"(?:ssh://)?git@([\w.-]+)[:/](?!\d+/)(.+)", re.ASCII)
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}", re.ASCII)

COMMIT_SHOWN: Final = 12
"""Characters of a commit in a sentence."""


class BuildSource(Struct, frozen=True):
    """Where a build came from; any of it may be "". `place` says where the repository or the revision was found."""

    uri: str = ""
    revision: str = ""
    ref: str = ""
    place: str = ""


def source_of(parts: PredicateParts, labels: dict[str, str]) -> BuildSource:
    """Repository, revision and ref, each from the first place that has it."""
    places = (_config_source(parts), _vcs(parts), _github(parts), _labels(labels))
    uri, revision, ref = (
        next((value for place in places if (value := getattr(place, name))), "") for name in ("uri", "revision", "ref")
    )
    place = next((place.place for place in places if place.uri or place.revision), "")
    return BuildSource(uri, revision, ref, place)


def with_labels(provenance: Provenance, labels: dict[str, str]) -> Provenance:
    """The provenance, with source and revision from the image's labels where the statement has none."""
    labelled = _labels(labels)
    if provenance.source and provenance.revision:
        return provenance
    return replace(
        provenance,
        source=provenance.source or labelled.uri,
        revision=provenance.revision or labelled.revision,
        is_revision_labelled=not provenance.revision and bool(labelled.revision),
        source_from=provenance.source_from or (labelled.place if labelled.uri or labelled.revision else ""),
    )


def clean(uri: str) -> str:
    """A repository's URL, made comparable: no user info, `.git`, query or fragment; SSH forms as https."""
    bare = uri.strip().removeprefix("git+").partition("#")[0].partition("?")[0]
    if ssh := _SSH.fullmatch(bare):
        bare = f"https://{ssh[1]}/{ssh[2]}"
    return _USER_INFO.sub("", bare).rstrip("/").removesuffix(".git")


def revision_in(digest: object) -> str:
    """The commit in a digest set: sha1, gitCommit, or sha256 for repositories of that kind."""
    digests = mapping(digest)
    return next((value for key in ("sha1", "gitCommit", "sha256") if (value := text(digests.get(key)))), "")


def is_commit(text: str) -> bool:
    """Whether it may be a commit id, in full or shortened; `-dirty` marks sources that were changed since."""
    return _COMMIT.fullmatch(text.lower().removesuffix("-dirty")) is not None


def ref_in(uri: str) -> str:
    """The ref after `#` or `@` of a git URL (`#refs/tags/1.0:subdir`); "" when it is a commit."""
    fragment = uri.partition("#")[2].partition(":")[0]
    if not fragment and uri.startswith("git+"):
        fragment = uri.rpartition("@")[2] if "@refs/" in uri else ""
    return "" if _COMMIT.fullmatch(fragment) else fragment


def _config_source(parts: PredicateParts) -> BuildSource:
    uri = text(parts.config_source.get("uri"))
    return BuildSource(clean(uri), revision_in(parts.config_source.get("digest")), ref_in(uri), "configSource")


def _vcs(parts: PredicateParts) -> BuildSource:
    return BuildSource(clean(text(parts.vcs.get("source"))), text(parts.vcs.get("revision")), "", "vcs")


def _github(parts: PredicateParts) -> BuildSource:
    environment = parts.environment
    repository = text(environment.get("github_repository"))
    server = text(environment.get("github_server_url")) or "https://github.com"
    commit = text(environment.get("github_workflow_sha"))  # the only commit that it names
    return BuildSource(
        clean(f"{server}/{repository}") if repository else "",
        commit,
        text(environment.get("github_ref")),
        "github",
    )


def _labels(labels: dict[str, str]) -> BuildSource:
    return BuildSource(clean(labels.get(SOURCE_LABEL, "")), labels.get(REVISION_LABEL, ""), "", "labels")
