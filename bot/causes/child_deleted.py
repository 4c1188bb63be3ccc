"""Something that the index names was deleted from the registry."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.snippet import Snippet, System

cause = CauseRule(
    __name__,
    explains=frozenset(
        {"attestation-missing-blob", "provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}
    ),
    fix=(
        "Cleanup must delete tags by age, and never delete untagged manifests: the parts of an index have no tags."
        " Then build or copy this image again."
    ),
    snippets={
        System.CLI: Snippet(
            """\
# before a clean-up deletes an untagged manifest: every digest that a tag which stays names must stay, too
crane manifest IMAGE | jq -r '.manifests[].digest'
# and so must the sha256-<hex> tags of those digests, where signatures and attestations are kept
""",
            "sh",
        )
    },
    verify=general.SEE_INDEX,
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """The index names it, the registry answers 404."""
    names = {platform.platform for platform in failure.platforms(context)}
    gone = [one for one in context.evidence.missing if not one.subject or one.subject in names]
    if not gone:
        return None
    whats = dict.fromkeys(one.what for one in gone)
    return certain(
        f"The index still names {len(gone)} of its parts ({', '.join(whats)}) that the registry answers 404 for: a"
        " clean-up of untagged manifests deleted them."
    )
