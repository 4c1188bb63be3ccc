"""Evidence is there, and a tool that the image's users read it with does not find it."""

from collections.abc import Iterator

from bot.context import Context
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.unreadable import UnknownReason

rule = Rule(
    __name__,
    title="A tool of the image's users does not find evidence that is there",
    severity=Severity.HIGH,
    absence=True,
    asked=lambda expected: bool(expected.readers),
    wants="readers",
    compares=frozenset({"readers"}),
    rationale=(
        "Each tool looks in its own places. cosign 2 reads tags, cosign 3 reads bundles first, `docker buildx"
        " imagetools inspect` reads the image's index alone, and whether a registry has the referrers API changes what"
        " the others find. So a tool can say that a signature, provenance or an SBOM is missing while it is there. This"
        " rule says which of the tools in the policy's `readers` do not find what this bot has found, and why."
    ),
    remediation=Remediation(
        "Do for each tool what its finding says: push the evidence in a form that the tool reads, too, or set the"
        " option of the tool. Where nobody reads that with the tool, say in the policy what they do read, such as"
        " `readers: [cosign-2: signature]`.",
        verify=build.SEE_HERE,
    ),
    references=(
        "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers",
        build.DOCS_STORAGE,
    ),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """One subject for each tool and kind. The message names neither, so that equal ones are told once for several."""
    from bot.readers.seeing import SightState  # noqa: PLC0415 - only where a policy names readers
    from bot.rules.sights import sights  # noqa: PLC0415 - as above

    for one in sights(context):
        for kind, sight in one.sights:
            subject = f"{one.reader} {kind}"
            if sight.state is SightState.UNSEEN:
                yield rule.fail(subject, f"not found: {sight.why}. {sight.fix}".removesuffix("."))
            elif sight.state is SightState.UNKNOWN:
                yield rule.unknown(subject, sight.code or UnknownReason.UNREADABLE, sight.why)
