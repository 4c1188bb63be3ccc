"""What has no room for attestations: asking for them would break the image, its deployment or the build."""

import re
from collections.abc import Iterator

from bot.workflows.builds import Asked, Build
from bot.workflows.doubts import Doubt
from bot.workflows.model import CiFile, FileKind
from bot.workflows.unresolved import known

_DEPLOYS = re.compile(r"aws-lambda-deploy|\blambda[ \t]+(?:update|create)-function\b")
_NAMED = re.compile(r"(?<![a-z0-9])lambda(?![a-z0-9])")
_DOCKERFILE = re.compile(
    r"\blambda(?:[-_][\w.-]*)?/(?:[\w.-]+/)*(?:Docker|Container)file\b"
    r"|\b(?:Docker|Container)file[._-](?:[\w.-]*[._-])?lambda\b|\blambda\.(?:[Dd]ocker|[Cc]ontainer)file\b"
)
_OLD_BUILDKIT = re.compile(
    r"(?:moby/buildkit:|\bBUILDKIT_(?:VERSION|TAG)[\"']?[ \t]*[:?]{0,2}=?[ \t]*[\"']?)v?0\.(?:\d|10)\.\d"
)
"""Of a builder's image; 0.11 is the first that attests. https://github.com/moby/buildkit/releases/tag/v0.11.0"""


def without_room(file: CiFile, build: Build) -> Iterator[Doubt]:
    """Why an image may have no attestations at all; nothing where it may."""
    if build.load is True and build.push is not False:
        yield Doubt.LOADED
    if file.source.mentions(_DEPLOYS, "lambda"):
        yield Doubt.LAMBDA
    elif _is_named_for_lambda(file, build):
        yield Doubt.NAMED_LAMBDA
    if file.source.mentions(_OLD_BUILDKIT) and file.kind is not FileKind.BAKE:
        yield Doubt.OLD_BUILDKIT
    if build.apart and _is_bare(build):
        yield Doubt.APART


def _is_named_for_lambda(file: CiFile, build: Build) -> bool:
    """Whether its name or its Dockerfile says so; where the run fills in the Dockerfile, any one that is named here."""
    texts = (*(name.tagged for name in build.names or ()), *build.made_from)
    if any(_NAMED.search(text.lower()) for text in texts):
        return True
    open_ = any(not known(text) for text in build.made_from)
    return open_ and file.source.mentions(_DOCKERFILE, "lambda")


def _is_bare(build: Build) -> bool:
    """Whether it surely has none now: where it has, its digests are different already."""
    return build.provenance.asked is Asked.OFF and build.sbom.asked in {Asked.OFF, Asked.SILENT}
