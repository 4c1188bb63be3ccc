"""The image was loaded into the engine and pushed from there, which drops attestations."""

from bot.causes.builders import Builder, builder_of
from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.copied_one_platform import source_of
from bot.causes.failure import Failure
from bot.causes.retag_by_pull_push import whole_source
from bot.causes.shapes import has_no_layers, is_from_classic_store, is_unattested
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    fix=(
        "Push from the builder: `push: true` instead of `load: true` and `docker push`. To test the image before it is"
        " published, push it by digest, test that, and give it the tag with `docker buildx imagetools create`."
    ),
    snippets=ATTESTED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-load-then-push", "workflow-attestation-with-load"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """A single manifest of a build by BuildKit; how the document is written tells who pushed it."""
    evidence = context.evidence
    built = any(builder_of(platform) is Builder.BUILDKIT for platform in evidence.platforms)
    if evidence.is_index or not built or not is_unattested(evidence) or any(map(has_no_layers, evidence.platforms)):
        return None
    if source_of(context) or whole_source(context):
        return None
    if is_from_classic_store(evidence):
        return likely(
            "BuildKit built the image, but Docker's engine wrote the manifest that was pushed: it was loaded into the"
            " engine and pushed from there, which drops attestations."
        )
    return possible(
        "BuildKit built the image, and the tag is a single manifest: attestations need an index around it, which an"
        " image loses when it is loaded into the engine and pushed from there."
    )
