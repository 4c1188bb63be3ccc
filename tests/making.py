"""Evidence made by hand, and the two verbs of every rule's test: `says` and `is_silent`.

Without changes, everything passes: `image(platform(provenance=None))` has no provenance, and everything else.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.reading import StatementEvidence
from bot.attestations.sbom import Sbom
from bot.attestations.statement import SLSA_V1, SPDX
from bot.check import report_on
from bot.context import Context, Expected, Phase
from bot.evidence import Evidence, ImageConfig, PlatformEvidence
from bot.oci.manifest import OCI_INDEX
from bot.oci.reference import Reference
from bot.policy import Policy, default_policy
from bot.report import Report
from bot.rules import Finding, Outcome, Rule
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import Layout, Signature, SignatureState

NOW: Final = datetime(2026, 11, 22, 14, 3, 11, tzinfo=UTC)
BUILDKIT: Final = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"
COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"
ISSUER: Final = "https://token.actions.githubusercontent.com"
WORKFLOW: Final = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/1.2.3"
IMAGE: Final = Reference.parse("quay.io/acme/app:1.2.3")


def digest(text: str) -> str:
    """The digest of that text, for things that need one."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def provenance(mode: Mode | None = Mode.MAX, **changes: Any) -> Provenance:  # noqa: ANN401 - any field
    """BuildKit's provenance of a build from GitHub, in max mode."""
    said: dict[str, Any] = {
        "slsa": "v1",
        "build_type": BUILDKIT,
        "builder_id": "https://github.com/acme/app/actions/runs/1",
        "source": "https://github.com/acme/app",
        "revision": COMMIT,
        "source_from": "vcs",
        "base_images": ("pkg:docker/alpine@3.20?platform=linux%2Famd64", "pkg:docker/golang@1.24"),
    }
    return Provenance(mode=mode, **(said | changes))


def sbom(**changes: Any) -> Sbom:  # noqa: ANN401 - any field
    """An SPDX document of an Alpine image that has all that it should."""
    said: dict[str, Any] = {
        "format": "spdx",
        "version": "2.3",
        "packages": 30,
        "os_packages": 12,
        "distribution": "alpine",
        "has_author": True,
        "has_timestamp": True,
    }
    return Sbom(**(said | changes))


def statement(kind: str = SLSA_V1, **changes: Any) -> StatementEvidence:  # noqa: ANN401 - any field
    """A statement about the platform that it hangs on."""
    said: dict[str, Any] = {
        "digest": digest(f"statement {kind}"),
        "manifest": digest("attestation manifest"),
        "predicate_type": kind,
        "annotated_type": kind,
        "subject_matches": True,
        "subjects": (digest("linux/amd64"),),
    }
    return StatementEvidence(**(said | changes))


def config(**changes: Any) -> ImageConfig:  # noqa: ANN401 - any field
    """An image configuration without anything remarkable."""
    said: dict[str, Any] = {"labels": (("org.opencontainers.image.revision", COMMIT),), "layers": 3}
    return ImageConfig(**(said | changes))


def platform(name: str = "linux/amd64", **changes: Any) -> PlatformEvidence:  # noqa: ANN401 - any field
    """A platform with provenance in max mode, an SBOM and a configuration."""
    said: dict[str, Any] = {
        "provenance": provenance(),
        "sbom": sbom(),
        "statements": (statement(SLSA_V1), statement(SPDX)),
        "attestation_manifests": (digest("attestation manifest"),),
        "config": config(),
    }
    return PlatformEvidence(platform=name, digest=digest(name), **(said | changes))


def signature(state: SignatureState = SignatureState.VALID, **changes: Any) -> Signature:  # noqa: ANN401 - any field
    """A signature of the index by the release workflow, which holds."""
    valid = state is SignatureState.VALID
    said: dict[str, Any] = {
        "layout": Layout.COSIGN_TAG,
        "digest": digest("index"),
        "manifest": digest("signature manifest"),
        "identity": WORKFLOW if valid else "",
        "issuer": ISSUER if valid else "",
        "reason": "" if valid else "the signature does not fit",
        "code": None if valid else SignatureReason.SIGNATURE,
        "signed_at": "2026-11-22T14:00:00Z" if valid else "",
    }
    return Signature(state=state, **(said | changes))


def image(*platforms: PlatformEvidence, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    """An index of these platforms, of two good ones when none is given, signed by the release workflow."""
    said: dict[str, Any] = {
        "image": IMAGE,
        "digest": digest("index"),
        "media_type": OCI_INDEX,
        "is_index": True,
        "platforms": platforms or (platform(), platform("linux/arm64")),
        "signatures": (signature(),),
        "signatures_searched": True,
    }
    return Evidence(**(said | changes))


def says(  # noqa: PLR0913 - each is another word of the sentence
    rule: Rule,
    evidence: Evidence,
    outcome: Outcome,
    *words: str,
    about: str = "linux/amd64",
    expected: Expected = Expected(),  # noqa: B008 - frozen
    phase: Phase = Phase.SETTLED,
    **known: Any,  # noqa: ANN401 - other fields of the context
) -> Finding:
    """The one finding of the rule with that outcome about that subject; every word must stand in its message."""
    said = list(rule.findings(Context(evidence, expected, phase, **known)))
    found = [finding for finding in said if finding.outcome is outcome and finding.subject == about]
    assert len(found) == 1, said
    for word in words:
        assert word in found[0].message, found[0].message
    return found[0]


def is_silent(
    rule: Rule,
    evidence: Evidence,
    *,
    expected: Expected = Expected(),  # noqa: B008 - frozen
    phase: Phase = Phase.SETTLED,
    **known: Any,  # noqa: ANN401 - other fields of the context
) -> None:
    """The rule has nothing to say: all is well."""
    said = list(rule.findings(Context(evidence, expected, phase, **known)))
    assert not said, said


def reported(
    evidence: Evidence,
    policy: Policy | None = None,
    *,
    now: datetime = NOW,
    rules: Sequence[Rule] | None = None,
    **known: Any,  # noqa: ANN401 - other fields of the context
) -> Report:
    """The report on that evidence, by the built-in policy unless another one is given."""
    policy = policy or default_policy()
    return report_on(Context(evidence, policy.expected, **known), policy, now=now, rules=rules)
