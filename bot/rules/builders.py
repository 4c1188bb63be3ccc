"""Who built an image and from where, without what changes from one build to the next: numbers of runs, versions."""

import re
from typing import Final

from msgspec import Struct

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.repository import clean
from bot.evidence import Evidence
from bot.rules.coverage import image_signatures, is_valid

BUILDKIT: Final = "BuildKit"

_RUN: Final = re.compile(r"/actions/runs/\d+(?:/attempts/\d+)?/?\Z", re.ASCII)
_NUMBER: Final = re.compile(r"(/(?:-/)?(?:runners|jobs|pipelines|builds?|runs?)/)\d+/?\Z", re.ASCII)
_VERSION: Final = re.compile(r"\A(\w+://[^/@]+/[^@]*)@(?:refs/[^@]*|[^@/]*)\Z")
_LABELS: Final = "labels"


class Origin(Struct, frozen=True):
    """What stays the same from release to release; any of it may be ""."""

    builder: str
    workflow: str
    source: str


def origin_of(provenance: Provenance) -> Origin:
    """Builder, workflow and source. A source that only the image's labels name may be that of its base image."""
    source = "" if provenance.source_from == _LABELS else clean(provenance.source)
    return Origin(builder_of(provenance.builder_id), provenance.workflow, source)


def builder_of(builder_id: str) -> str:
    """E.g. `https://github.com/acme/app/actions` of the address of a run."""
    bare = _NUMBER.sub(r"\1", _RUN.sub("/actions", builder_id.strip()))
    return _VERSION.sub(r"\1", bare)


def signers(evidence: Evidence) -> frozenset[str]:
    """Who validly signed it: workflow files without the ref that they ran on, people, names of keys."""
    valid = image_signatures(evidence, is_valid)
    names = (_VERSION.sub(r"\1", one.identity or one.key_name) for one in valid)
    return frozenset(filter(None, names))


def kind_of(provenance: Provenance) -> str:
    """Which program or format made the statement: BuildKit, else the build type without its version."""
    if provenance.mode in {Mode.MAX, Mode.MIN}:
        return BUILDKIT
    return _VERSION.sub(r"\1", provenance.build_type)
