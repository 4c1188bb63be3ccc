"""What the image was built with, as far as it shows: so that what is advised can be pasted there."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from bot.attestations.repository import SOURCE_LABEL, clean
from bot.causes.platforms import label, provenances
from bot.context import WorkflowFinding
from bot.evidence import Evidence
from bot.remedies.snippet import System

_GITHUB: Final = "github.com"
_BY_NAME: Final = (
    (".github/", System.GITHUB),
    (".gitlab-ci", System.GITLAB),
    ("docker-bake", System.BAKE),
    ("compose", System.COMPOSE),
)
"""What a file's name has in it; the first one that fits."""


def system_of(evidence: Evidence, witness: WorkflowFinding | None = None) -> System:
    """By the file of a finding; else by what the statement says about its run and source."""
    if witness is not None:
        return next((system for part, system in _BY_NAME if part in witness.file), System.CLI)
    told = provenances(evidence.platforms)
    if any(provenance.run or provenance.workflow for provenance in told):
        return System.GITHUB
    return next(filter(None, map(_by_host, hosts(evidence))), System.CLI)


def hosts(evidence: Evidence) -> Iterator[str]:
    """Of the source repositories that provenance and labels name."""
    sources = [provenance.source for provenance in provenances(evidence.platforms)]
    for source in (*sources, clean(label(evidence.platforms, SOURCE_LABEL))):
        if host := _host(source):
            yield host


def is_on_github(evidence: Evidence) -> bool:
    """Whether the source is there; then a run of its Actions most likely built the image."""
    return any(host == _GITHUB for host in hosts(evidence))


def _by_host(host: str) -> System | None:
    if host == _GITHUB:
        return System.GITHUB
    return System.GITLAB if "gitlab" in host.split(".") else None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # brackets that hold no address
        return ""
