"""Provenance of builders other than BuildKit: GitHub's workflow build type, slsa-github-generator, unknown ones.

https://actions.github.io/buildtypes/workflow/v1
"""

from dataclasses import replace

from bot.attestations.repository import BuildSource, clean, ref_in, revision_in, source_of
from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.values import mapping, text


def foreign_source(parts: PredicateParts) -> BuildSource:
    """Repository, revision and ref of a builder that is not BuildKit."""
    workflow = mapping(parts.external.get("workflow"))
    if repository := text(workflow.get("repository")):
        return BuildSource(clean(repository), _first_commit(parts), text(workflow.get("ref")), "workflow")
    uri = text(parts.config_source.get("uri"))
    found = source_of(parts, {})
    # git+https://github.com/owner/repository@refs/heads/main
    bare = uri.removesuffix(f"@{ref_in(uri)}")
    return replace(found, uri=clean(bare)) if uri.startswith("git+") else found


def _first_commit(parts: PredicateParts) -> str:
    return revision_in(parts.materials[0].get("digest")) if parts.materials else ""
