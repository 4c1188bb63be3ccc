"""Provenance is there, but in min mode."""

from collections.abc import Iterator

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import Unreadable
from bot.remedies import build
from bot.rules.rule import Finding, Question, Remediation, Rule, Severity
from bot.rules.unknowns import unread_besides
from bot.unreadable import UnknownReason

rule = Rule(
    __name__,
    title="Provenance is recorded in min mode",
    severity=Severity.HIGH,
    answers=Question.HAS_FULL_PROVENANCE,
    needs=frozenset({"provenance-missing"}),
    rationale=(
        "In min mode BuildKit records where the build came from, but not what it did: no build steps, no build"
        " arguments, no Dockerfile. An incident cannot be traced and a build cannot be compared with the last one."
        " Docker Scout's documented policy asks for max mode. Which mode is the default depends on three programs"
        " and on whether the repository is public, so it can change without a change in the workflow."
    ),
    remediation=Remediation(
        "Write `provenance: mode=max` (or `--provenance=mode=max`) into every build step. First check that no"
        " secrets are passed as build arguments: max mode publishes their values.",
        build.BUILD,
        "yaml",
        build.SEE_MODE,
    ),
    references=(build.DOCS_PROVENANCE, build.DOCS_SECRETS),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """The mode is written nowhere: min is BuildKit provenance without its build steps."""
    for platform in context.evidence.platforms:
        match platform.provenance:
            case Unreadable() as unread:
                yield rule.unread(platform, unread)
            case Provenance(mode=Mode.MIN, builder_id=""):
                yield rule.fail(platform, "mode=min: no build steps are recorded, and the builder is empty")
            case Provenance(mode=Mode.MIN, builder_id=builder):
                yield rule.fail(platform, f"mode=min: no build steps are recorded; built by {shown(builder)}")
            case Provenance(mode=Mode.FOREIGN, build_type=build_type):
                yield rule.not_asked(
                    platform, f"min and max exist only in BuildKit's provenance; this was built as {shown(build_type)}"
                )
            case Provenance(mode=None):
                told = "the mode cannot be read: its version or its build type is not known"
                yield rule.unknown(platform, UnknownReason.UNSUPPORTED, told)
            case Provenance():
                yield from unread_besides(rule, context.evidence, platform)
            case None:
                continue
