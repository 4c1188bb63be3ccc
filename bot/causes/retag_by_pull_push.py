"""The image was pulled, tagged anew and pushed; only one platform of it came along, under another digest."""

from bot.causes.case import Case, is_attested
from bot.causes.cause import CauseRule, Diagnosis, likely
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
def look(case: Case) -> Diagnosis | None:
    """Where it came from is known, and is an index; here is a manifest that is none of its platforms."""
    source = whole_source(case)
    if source is None:
        return None
    return likely(
        f"At {source.image.registry} the same tag is an index of {len(source.platforms)} platforms, here it is a single"
        " manifest with another digest: `docker pull`, `docker tag` and `docker push` leave that behind."
    )


def whole_source(case: Case) -> Evidence | None:
    """The index that the tag stands for elsewhere, when this is one manifest that is not one of its platforms."""
    if case.evidence.is_index:
        return None
    return next((other for other in case.other_registries if _is_whole(other, case.evidence.digest)), None)


def _is_whole(other: Evidence, digest: str) -> bool:
    is_platform = any(platform.digest == digest for platform in other.platforms)
    return other.is_index and not is_platform and any(map(is_attested, other.platforms))
