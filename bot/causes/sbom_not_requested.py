"""Nobody asked for an SBOM: no builder makes one by itself."""

from bot.attestations.head import is_sbom_type
from bot.attestations.provenance import Mode
from bot.causes.builders import Builder, builder_of
from bot.causes.cause import CauseRule, Indication, certain, likely
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested, named, provenances
from bot.causes.shapes import has_no_layers, is_by_docker, is_unattested
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"sbom-missing", "sbom-lost"}),
    fix="Ask for it where the image is built: `sbom: true` in the step of an action, `--sbom=true` on a command line.",
    snippets=ATTESTED,
    verify=general.SEE_SBOM,
    confirmed_by=frozenset({"workflow-sbom-not-requested"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """BuildKit's attestations arrived whole, and no SBOM is among them; without any, it is only the usual reason."""
    found = [platform for platform in failure.platforms(context) if _is_it(platform)]
    if found:
        return certain(
            f"BuildKit attached provenance to {named(found)}, so attestations work, and no SBOM beside it: it makes one"
            " only when it is asked to."
        )
    evidence = context.evidence
    if not evidence.is_index or not is_unattested(evidence) or is_by_docker(evidence):
        return None
    bare = [one for one in failure.platforms(context) if builder_of(one) is Builder.BUILDKIT and not has_no_layers(one)]
    if not bare:
        return None
    return likely(
        f"BuildKit built {named(bare)} and attached nothing at all: it makes an SBOM only when it is asked to."
    )


def _is_it(platform: PlatformEvidence) -> bool:
    own = [provenance for provenance in provenances((platform,)) if provenance.mode in {Mode.MIN, Mode.MAX}]
    asked = any(is_sbom_type(one.predicate_type) or is_sbom_type(one.annotated_type) for one in platform.statements)
    return bool(own) and is_attested(platform) and platform.where == "index" and not asked
