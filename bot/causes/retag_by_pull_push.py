"""The image was pulled, tagged again and pushed; only one platform was copied, under another digest."""

from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested
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
    fix="Copy between tags and registries without pulling: the index stays as it is, attestations included.",
    snippets=COPIED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-retag-by-pull"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """The source of the copy is known and is an index; this is a manifest that is not one of its platforms."""
    source = whole_source(context)
    if source is None:
        return None
    return likely(
        f"At {source.image.registry} the same tag is an index of {len(source.platforms)} platforms, here it is a single"
        " manifest with another digest: `docker pull`, `docker tag` and `docker push` leave that behind."
    )


def whole_source(context: Context) -> Evidence | None:
    """The index that the tag stands for elsewhere, when this is one manifest that is not one of its platforms."""
    if context.evidence.is_index:
        return None
    return next((other for other in copies(context) if _is_whole(other, context.evidence.digest)), None)


def _is_whole(other: Evidence, digest: str) -> bool:
    is_platform = any(platform.digest == digest for platform in other.platforms)
    return other.is_index and not is_platform and any(map(is_attested, other.platforms))
