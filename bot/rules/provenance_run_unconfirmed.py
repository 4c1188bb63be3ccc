"""The code host does not confirm the CI run that the provenance names."""

from collections.abc import Iterator
from typing import Final

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.repository import COMMIT_SHOWN, clean, is_commit
from bot.attestations.secrets import shown
from bot.attestations.workflow_run import attempt_of, named_build
from bot.context import Context
from bot.evidence import CiRun, PlatformEvidence, Unreadable
from bot.remedies import build
from bot.rules.decisive import decisive
from bot.rules.image_revision_mismatch import same_revision
from bot.rules.rule import CodeHostPart, Finding, Remediation, Rule, Severity, SkippedReason
from bot.rules.unknowns import unread_provenance

rule = Rule(
    __name__,
    title="The code host does not confirm the CI run that the provenance names",
    severity=Severity.MEDIUM,
    needs=frozenset({"provenance-source-missing"}),
    reads=CodeHostPart.CI_RUN,
    rationale=(
        "Provenance that nobody signed is what the builder says of itself: whoever can push an image can write any run"
        " into it. The code host knows its runs. One that does not exist, that ran another workflow, or that ran on"
        " another commit did not make this image as the provenance says."
    ),
    remediation=Remediation(
        "Open the run that the provenance names. If the workflow makes or checks out another commit than the one that"
        " it was started for, start the build by the push of that commit or of its Git tag; if somebody deleted the"
        " run, or nobody knows it, build and push the image again from the release workflow.",
        "",
        "",
        build.SEE_HERE,
    ),
    references=(build.SPEC_PROVENANCE, "https://docs.github.com/en/rest/actions/workflow-runs"),
)


FOR_A_COMMIT: Final = frozenset({"push", "release", "create"})
"""Events of a commit. A run that a person, a timer or another run started may check out any other to build it."""


@rule
def check(context: Context) -> Iterator[Finding]:
    """By what the code host said beside the check, of each statement that is decisive."""
    evidence = context.evidence
    told = None if evidence.ci_runs is None else dict(evidence.ci_runs)
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        for one in dict.fromkeys(decisive(platform)):
            key = named_build(one)
            if told is None:
                why = "no code host was asked for the CI run"
                yield rule.not_asked(platform, why, SkippedReason.NO_CODE_HOST)
            elif key not in told:
                why = "the provenance names no CI run that could be asked for"
                yield rule.not_asked(platform, why, SkippedReason.NO_CODE_HOST)
            else:
                yield from _confirmed(platform, one, told[key])


def _confirmed(platform: PlatformEvidence, one: Provenance, told: CiRun | Unreadable | None) -> Iterator[Finding]:
    match told:
        case Unreadable() as unread:
            yield rule.unread(platform, unread)
        case None if one.run:
            yield rule.fail(platform, f"{shown(one.run)} does not exist")
        case None:
            yield rule.fail(platform, f"{shown(one.workflow)} does not exist at {shown(one.revision)[:COMMIT_SHOWN]}")
        case CiRun() as run:
            yield from _differing(platform, one, run)


def _differing(platform: PlatformEvidence, one: Provenance, run: CiRun) -> Iterator[Finding]:
    """A run of another repository than the source's was of commits of its own."""
    if attempt_of(one.run) > run.attempts:
        times = "once" if run.attempts == 1 else f"{run.attempts} times"
        yield rule.fail(platform, f"{shown(one.run)} does not exist: the run was started {times}")
    if one.workflow and one.workflow != run.workflow:
        said = f"the provenance names the workflow {shown(one.workflow)}"
        yield rule.fail(platform, f"{said}, and its run was of {shown(run.workflow)}")
    if not one.run:
        return
    is_told = one.source_from != "labels" and not one.is_revision_labelled
    is_own = is_told and clean(one.source).lower() == run.source.lower()
    if not run.commit or not is_own or not is_commit(one.revision):
        why = f"the run exists, and its commit says nothing about {shown(one.revision)[:64]} of {shown(one.source)}"
        yield rule.not_asked(platform, why)
    elif same_revision(one.revision, run.commit) or one.revision.lower() == run.git_tag:
        return
    elif one.mode is not Mode.FOREIGN and run.event not in FOR_A_COMMIT:
        why = f"the run exists, and one that {shown(run.event)[:40]} starts may check out another commit to build it"
        yield rule.not_asked(platform, why)
    else:
        said = f"the provenance names commit {one.revision[:COMMIT_SHOWN]}"
        yield rule.fail(platform, f"{said}, and its run was of {run.commit[:COMMIT_SHOWN]}")
