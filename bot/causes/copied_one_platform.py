"""The copy took one platform out of the index."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.causes.relatives import copies
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies import build as general
from bot.remedies.build_by_system import COPIED

cause = CauseRule(
    __name__,
    explains=frozenset(
        {
            "provenance-missing",
            "sbom-missing",
            "signature-missing",
            "provenance-lost",
            "sbom-lost",
            "signature-lost",
            "platform-lost",
            "tag-registries-differ",
        }
    ),
    fix="Copy the whole index: `skopeo copy --all`, or `crane copy` without `--platform`.",
    snippets=COPIED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-copy-loses-attestations"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """Where it came from is known, and this is one of its platforms, byte for byte."""
    source = source_of(context)
    if source is None:
        return None
    platform = next(one.platform for one in source.platforms if one.digest == context.evidence.digest)
    return certain(
        f"This is {platform} of the index that the same tag stands for at {source.image.registry}: the copy took one"
        f" platform of {len(source.platforms)}, and no attestation."
    )


def source_of(context: Context) -> Evidence | None:
    """The index elsewhere that has this manifest as one of its platforms."""
    if context.evidence.is_index:
        return None
    return next((other for other in copies(context) if _has(other, context.evidence.digest)), None)


def _has(other: Evidence, digest: str) -> bool:
    return other.is_index and any(platform.digest == digest for platform in other.platforms)
