"""Provenance of builders other than BuildKit: from which source it says that the image was built.

GitHub's workflows, slsa-github-generator, Google Cloud Build, GitLab's runners and SLSA's container-based builder name
it each in a place of their own; Tekton Chains and others name it among the dependencies alone.

https://actions.github.io/buildtypes/workflow/v1
https://slsa.dev/spec/v1.0/provenance and https://slsa.dev/spec/v0.2/provenance
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.attestations.repository import BuildSource, clean, ref_in, revision_in, source_of
from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.values import Document, mapping, text
from bot.values import replace

DEFINITIONS: Final = frozenset({"pipeline", "pipelineTask", "task"})
"""Names of dependencies that describe how Tekton builds, and not what."""

_COMMIT: Final = re.compile(r"@[0-9a-f]{40}(?:[0-9a-f]{24})?\Z", re.ASCII)
_GIT: Final = "git+"


def foreign_source(parts: PredicateParts) -> BuildSource:
    """Repository, revision and ref of a builder that is not BuildKit."""
    workflow = mapping(parts.external.get("workflow"))
    if repository := text(workflow.get("repository")):
        uri = clean(repository)
        return BuildSource(uri, _revision_of(uri, parts), text(workflow.get("ref")), "workflow")
    if found := next((one for one in _places(parts) if one.uri), None):
        return found
    only = _only_repository(parts)
    return replace(only, place="dependencies") if only.uri else source_of(parts, {})


def _places(parts: PredicateParts) -> Iterator[BuildSource]:
    """configSource, then where Google Cloud Build and GitLab's runners name the source."""
    uri = text(parts.config_source.get("uri"))
    found = source_of(parts, {})
    yield replace(found, uri=_bare(uri)) if uri.startswith(_GIT) else found
    for place in ("sourceToBuild", "buildConfigSource"):
        named = mapping(parts.external.get(place))
        uri = _bare(text(named.get("repository")))
        yield BuildSource(uri, _revision_of(uri, parts), text(named.get("ref")), place)
    yield _said_source(parts)


def _said_source(parts: PredicateParts) -> BuildSource:
    """Under `source`: an address of GitLab's runners, or SLSA's container-based builder's object with the digest."""
    said = parts.external.get("source")
    named = mapping(said)
    address = text(named.get("uri"))
    uri = _bare(address) if named else clean(text(said))
    return BuildSource(uri, revision_in(named.get("digest")) or _revision_of(uri, parts), ref_in(address), "source")


def _only_repository(parts: PredicateParts) -> BuildSource:
    """The one Git repository among the dependencies; with several, nobody knows which one is the source."""
    repositories = [one for one in parts.materials if _is_source(one)]
    addresses = {_bare(text(one.get("uri"))) for one in repositories}
    if len(addresses) != 1:
        return BuildSource()
    refs = {ref_in(text(one.get("uri"))) for one in repositories}
    uri = addresses.pop()
    return BuildSource(uri, _revision_of(uri, parts), refs.pop() if len(refs) == 1 else "")


def _is_source(dependency: Document) -> bool:
    return text(dependency.get("uri")).startswith(_GIT) and text(dependency.get("name")) not in DEFINITIONS


def _revision_of(uri: str, parts: PredicateParts) -> str:
    """The one revision of that repository among the dependencies; code hosts take its name without regard to case."""
    same = [one for one in parts.materials if uri and _bare(text(one.get("uri"))).lower() == uri.lower()]
    revisions = {revision_in(one.get("digest")) for one in same} - {""}
    return revisions.pop() if len(revisions) == 1 else ""


def _bare(uri: str) -> str:
    """The repository of `git+https://github.com/owner/repository@refs/heads/main`, or of one at a commit."""
    ref = ref_in(uri)
    return clean(_COMMIT.sub("", uri.removesuffix(f"@{ref}") if ref else uri))
