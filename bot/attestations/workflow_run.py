"""Which CI workflow and which run of it built the image, if the provenance says so."""

import re
from typing import Final

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.values import mapping, text

_RUN: Final = re.compile(r"https://[^\s/@?#]+/[^\s?#@]+/actions/runs/\d+(?:/attempts/\d+)?", re.ASCII)
_ATTEMPT: Final = re.compile(r"/attempts/(\d{1,6})\Z", re.ASCII)
_WORKFLOW: Final = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_WORKFLOW_REF: Final = re.compile(r"[^/]+/[^/]+/(?P<path>[^@]+)@(?P<ref>.+)")


def run_url(parts: PredicateParts) -> str:
    """The run's URL: Docker's actions write it as builder.id, GitHub as invocationId; else from the CI context."""
    for candidate in (parts.builder_id, parts.invocation_id):
        if _RUN.fullmatch(candidate):
            return candidate
    environment = parts.environment
    server = text(environment.get("github_server_url")) or "https://github.com"
    repository, run = text(environment.get("github_repository")), text(environment.get("github_run_id"))
    url = f"{server}/{repository}/actions/runs/{run}"
    return url if repository and _RUN.fullmatch(url) else ""


def workflow_path(parts: PredicateParts) -> str:
    """The workflow file, e.g. .github/workflows/build.yml: the calling one, not a reusable one that it calls."""
    match = _WORKFLOW_REF.fullmatch(text(parts.environment.get("github_workflow_ref")))
    named = match["path"] if match else text(mapping(parts.external.get("workflow")).get("path"))
    entry = text(parts.config_source.get("entryPoint"))  # of slsa-github-generator; BuildKit's is the Dockerfile
    return named or (entry if _WORKFLOW.fullmatch(entry) else "")


def repository_private(parts: PredicateParts) -> bool | None:
    """Whether the CI event says that the repository was private; None when it does not say."""
    payload = mapping(parts.environment.get("github_event_payload"))
    private = mapping(payload.get("repository")).get("private")
    return private if isinstance(private, bool) else None


def attempt_of(run: str) -> int:
    """Which attempt of it the run's URL names; 1 where it names none."""
    found = _ATTEMPT.search(run)
    return int(found[1]) if found else 1


def named_build(provenance: Provenance) -> str:
    """What a code host can confirm of it: the run, whatever attempt of it; else the workflow file at its revision.

    The file only of GitHub's own statements: that of BuildKit may be of another repository than the sources.
    """
    if provenance.run or provenance.mode is not Mode.FOREIGN or not provenance.workflow:
        return provenance.run.partition("/attempts/")[0]
    return f"{provenance.source}/{provenance.workflow}@{provenance.revision}"
