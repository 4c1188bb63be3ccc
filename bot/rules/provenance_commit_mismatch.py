"""The Git tag of this version names another commit than the provenance."""

from collections.abc import Iterator

from bot.attestations.provenance import Provenance
from bot.attestations.repository import COMMIT_SHOWN, clean, is_commit
from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import GitTag, NotAsked, PlatformEvidence, Unreadable
from bot.remedies import build
from bot.rules.decisive import decisive, names_commit
from bot.rules.image_revision_mismatch import same_revision
from bot.rules.rule import IMAGE, CodeHostPart, Finding, Remediation, Rule, Severity, SkippedReason
from bot.rules.unknowns import unread_provenance
from bot.unreadable import UnknownReason

rule = Rule(
    __name__,
    title="The Git tag of this version names another commit than the provenance",
    severity=Severity.HIGH,
    needs=frozenset({"provenance-source-missing"}),
    compares=frozenset({"git_tag"}),
    reads=CodeHostPart.GIT_TAG,
    rationale=(
        "Whoever audits version 1.2.3 reads the source at the Git tag 1.2.3. When the image was built from another"
        " commit, they read something else than what runs: the Git tag was moved after the build, the image was built"
        " before the tag was made or built again later, or somebody pushed a build of other sources."
    ),
    remediation=Remediation(
        "Find out which of the two commits is the release. If it is the tag's, build the image again from the Git"
        " tag; if the tag was moved, move it back, and protect release tags by a ruleset of the repository.",
        "on:\n  push:\n    tags: ['v?[0-9]+.[0-9]+.[0-9]+*']\n",
        "yaml",
        build.SEE_HERE,
    ),
    references=(
        build.SPEC_PROVENANCE,
        "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets",
    ),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """By what the code host said beside the check; nothing is claimed of a Git tag that is not there."""
    evidence = context.evidence
    match evidence.git_tag:
        case None:
            yield rule.not_asked(IMAGE, "no code host was asked for the Git tag", SkippedReason.NO_CODE_HOST)
        case NotAsked(reason):
            yield rule.not_asked(IMAGE, reason)
        case Unreadable() as unread:
            yield rule.unread(IMAGE, unread)
        case GitTag(commits=()) as told:
            yield rule.not_asked(IMAGE, f"{_name(told)} has no Git tag {' or '.join(told.names)}")
        case GitTag() as told:
            for platform in evidence.platforms:
                yield from unread_provenance(rule, evidence, platform)
                yield from _compared(platform, told)


def _compared(platform: PlatformEvidence, told: GitTag) -> Iterator[Finding]:
    """Each commit that a statement names for the sources in that repository."""
    own = [one for one in decisive(platform) if one.revision]
    of_it = [one for one in own if clean(one.source).lower() == told.source.lower()]
    if own and not of_it:
        why = f"it was built from {shown(own[0].source)}, and only {_name(told)} was asked for its Git tag"
        yield rule.unknown(platform, UnknownReason.NOT_ASKED, why)
    sure = [one for one in of_it if names_commit(one)]
    if of_it and not sure:
        yield rule.not_asked(platform, f"the commit of its sources is not told, only that of {_place(of_it[0])}")
    for revision in dict.fromkeys(one.revision for one in sure):
        yield from _differing(platform, told, revision)


def _differing(platform: PlatformEvidence, told: GitTag, revision: str) -> Iterator[Finding]:
    if not is_commit(revision):
        why = f"the provenance names {shown(revision)[:64]}, which is not a commit id"
        yield rule.unknown(platform, UnknownReason.AMBIGUOUS, why)
        return
    revision = dict(told.objects).get(revision.lower(), revision)
    others = [(name, commit) for name, commit in told.commits if not same_revision(revision, commit)]
    if not others:
        return
    names = ", ".join(f"{name} names {commit[:COMMIT_SHOWN]}" for name, commit in others)
    if len(others) < len(told.commits):
        why = f"there are several Git tags for this version, and {names}; the policy's `git_tag` says which one counts"
        yield rule.unknown(platform, UnknownReason.AMBIGUOUS, why)
        return
    if same := next((name for name, commit in told.others if same_revision(revision, commit)), ""):
        why = f"the provenance names the commit of the Git tag {shown(same)[:100]}, and {names}"
        yield rule.unknown(platform, UnknownReason.AMBIGUOUS, f"{why}; the policy's `git_tag` says which one counts")
        return
    said = f"the provenance names commit {revision[:COMMIT_SHOWN]} of {_name(told)}"
    yield rule.fail(platform, f"{said}, and its Git tag {names}")


def _place(provenance: Provenance) -> str:
    is_label = provenance.source_from == "labels" or provenance.is_revision_labelled
    return "a label" if is_label else "the workflow file"


def _name(told: GitTag) -> str:
    """Its repository, e.g. acme/app."""
    return "/".join(told.source.split("/")[-2:])
