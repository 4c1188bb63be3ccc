"""A document of the image that two readers may read in two ways."""

from collections.abc import Iterator
from typing import Final

from bot.attestations.secrets import shown
from bot.context import Context
from bot.oci.ambiguity import Ambiguity, Twofold
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.unreadable import MissingKind, UnknownReason

HIDING: Final = frozenset({MissingKind.ATTESTATION_MANIFEST, MissingKind.MANIFEST, MissingKind.INDEX})
"""What the index names without saying what it runs on; when it is gone, nobody knows what it was."""

rule = Rule(
    __name__,
    title="A document can be read in two ways",
    severity=Severity.CRITICAL,
    of_artifacts=True,
    always=True,
    rationale=(
        "Runtimes, registries and scanners do not read JSON alike: Go takes the last of two equal keys and ignores"
        " case, others take the first or the exact one; some trust the registry's header for the media type, others"
        " the document. Such a document can show one image to the checks and let another one run (CVE-2021-41190)."
        " No build tool writes such a document."
    ),
    remediation=Remediation(
        "Do not run this image. Find out who pushed it, revoke that access, and push the image again from its builder.",
        "docker buildx imagetools inspect --raw IMAGE\n",
        "sh",
        build.SEE_INDEX,
    ),
    references=(
        "https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh",
        "https://pkg.go.dev/encoding/json#Unmarshal",
    ),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """About the image as a whole; unknown when something that a runtime may choose could not be looked at."""
    evidence = context.evidence
    for ambiguity in evidence.ambiguous:
        yield rule.fail("image", _told(ambiguity))
    for part in (*evidence.unreadable, *evidence.unconfirmed):
        yield rule.unread("image", part)
    for missing in evidence.missing:
        if missing.what in HIDING:
            told = f"{missing.what} {missing.digest} is gone, so what it holds is not known"
            yield rule.unknown("image", UnknownReason.GONE, told)


def _told(one: Ambiguity) -> str:
    key = shown(ascii(one.key))
    match one.kind:
        case Twofold.REPEATED_KEY:
            why = f"the key {key} occurs twice in one object"
        case Twofold.FOLDED_KEY:
            why = f"some readers take the key {key} for another one, because they do not mind case"
        case Twofold.INDEX_AND_MANIFEST:
            why = f"it is {one.detail} at once, by its key {key}"
        case Twofold.MEDIA_TYPES:
            why = f"what it is depends on who is asked: {one.detail} (key {key})"
        case Twofold.EMBEDDED_DATA:
            why = f"a descriptor embeds other bytes under {key} than its digest stands for"
        case Twofold.REFERENCES:
            why = f"what it is about depends on who is asked: {key} contradict each other"
        case Twofold.DESCRIPTORS:
            why = f"{one.detail} is described several times, with other values under {key}"
    return f"{one.document}: {why}"
