"""Evidence is there, and a tool of the policy does not find it: told for each tool and kind."""

import pytest

from bot.context import Context, Expected, Phase
from bot.evidence import Unreadable
from bot.oci.referrer_list import ListedBy
from bot.policy import Policy
from bot.policy.default import LEFT_OUT, default_policy
from bot.readers.reader import Reader
from bot.rules import Outcome
from bot.rules.evidence_unseen import rule
from bot.signatures.discovery import ReferrerListing
from bot.signatures.signature import Layout, SignatureState
from bot.unreadable import UnknownReason
from tests.judging import result
from tests.making import digest, image, is_silent, platform, provenance, reported, says, signature, statement

NOTATION = Expected(readers=("notation",))
BUILDX = Expected(readers=("buildx-imagetools",))
BUNDLE = signature(layout=Layout.BUNDLE)
LISTED = ReferrerListing(
    digest("index"), BUNDLE.manifest, "application/vnd.dev.sigstore.bundle.v0.3+json", ListedBy.API
)


def test_it_is_asked_only_of_policies_that_name_readers() -> None:
    assert not rule.asked(Expected())
    assert rule.asked(NOTATION)
    assert rule.id in LEFT_OUT
    assert rule.id not in default_policy().require | default_policy().advise


def test_one_subject_for_each_tool_and_kind() -> None:
    told = says(
        rule,
        image(),
        Outcome.FAIL,
        "not found",
        "under cosign's tag .sig",
        about="notation signature",
        expected=NOTATION,
    )
    assert "notation sign" in told.message
    both = Expected(readers=("kyverno-sigstore-bundle",))
    for kind in ("signature", "provenance"):
        says(rule, image(), Outcome.FAIL, about=f"kyverno-sigstore-bundle {kind}", expected=both)


def test_what_the_tool_finds_is_not_told() -> None:
    is_silent(rule, image(), expected=BUILDX)
    bare = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())
    for reader in ("cosign-2", "cosign-3", "harbor", "policy-controller"):
        is_silent(rule, image(bare), expected=Expected(readers=(reader,)))
    seen = image(bare, signatures=(BUNDLE,), listed=(LISTED,), code_host_asked=True)
    for reader in ("cosign-3", "gh-attestation", "kyverno-sigstore-bundle", "oras-discover", "harbor"):
        is_silent(rule, seen, expected=Expected(readers=(reader,)))


def test_what_is_absent_is_told_by_other_rules() -> None:
    bare = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())
    is_silent(rule, image(bare, signatures=(), code_host_asked=True), expected=Expected(readers=tuple(Reader)))


def test_one_platform_of_two() -> None:
    worse = platform("linux/arm64", provenance=provenance(), statements=(statement(annotated_type=""),))
    told = says(
        rule,
        image(platform(), worse),
        Outcome.FAIL,
        "linux/arm64",
        about="buildx-imagetools provenance",
        expected=BUILDX,
    )
    assert "linux/amd64" not in told.message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signatures": (), "signatures_searched": False}, UnknownReason.NOT_SEARCHED),
        (
            {"signatures_unreadable": (Unreadable("referrers: timed out", UnknownReason.UNSEARCHED),)},
            UnknownReason.UNSEARCHED,
        ),
        ({"signatures": (signature(SignatureState.UNVERIFIABLE),)}, UnknownReason.UNVERIFIABLE),
    ],
)
def test_what_could_not_be_looked_at_or_judged_is_unknown(changes: dict[str, object], reason: UnknownReason) -> None:
    told = says(rule, image(**changes), Outcome.UNKNOWN, about="notation signature", expected=NOTATION)
    assert told.reason is reason


def test_a_signature_that_is_refused_is_none() -> None:
    is_silent(rule, image(signatures=(signature(SignatureState.INVALID),)), expected=NOTATION)


def test_provenance_that_could_not_be_read_is_unknown() -> None:
    part = Unreadable("the blob timed out")
    unread = platform(provenance=part, statements=(statement(unreadable=part),))
    told = says(
        rule, image(unread), Outcome.UNKNOWN, "timed out", about="buildx-imagetools provenance", expected=BUILDX
    )
    assert told.reason is UnknownReason.UNREADABLE


def test_a_platform_that_could_not_be_looked_at_leaves_it_open() -> None:
    context = Context(image(unreadable=(Unreadable("no answer"),)), BUILDX)
    said = [one.outcome for one in rule.findings(context)]
    assert said == [Outcome.UNKNOWN, Outcome.UNKNOWN]


def test_without_a_list_nobody_knows_whether_a_bundle_is_found() -> None:
    expected = Expected(readers=("oras-discover",))
    bare = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())
    told = says(
        rule, image(bare, signatures=(BUNDLE,)), Outcome.UNKNOWN, about="oras-discover signature", expected=expected
    )
    assert told.reason is UnknownReason.NOT_SEARCHED


def test_a_signature_may_still_arrive_where_the_tool_looks_but_the_index_does_not_change() -> None:
    told = says(rule, image(), Outcome.UNKNOWN, about="notation signature", expected=NOTATION, phase=Phase.SETTLING)
    assert told.reason is UnknownReason.AWAITING_SIGNATURE
    odd = image(platform(statements=(statement(annotated_type=""),)))
    says(rule, odd, Outcome.FAIL, about="buildx-imagetools provenance", expected=BUILDX, phase=Phase.SETTLING)


def test_the_report_says_what_each_tool_finds() -> None:
    policy = Policy(
        name="ours", require=frozenset({rule.id}), expected=Expected(readers=("notation", "buildx-imagetools"))
    )
    report = reported(image(), policy)
    assert result(report, rule.id).outcome is Outcome.FAIL
    notation, buildx = report.readers
    assert (notation.signature, notation.provenance, notation.sbom) == ("unseen", "not-read", "not-read")
    assert (buildx.signature, buildx.provenance, buildx.sbom) == ("not-read", "seen", "seen")
    assert notation.version == "notation 1.3"
    assert notation.why.startswith("signature: it is under cosign's tag .sig")
    assert buildx.why == ""


def test_a_report_without_readers_says_nothing_of_them() -> None:
    assert reported(image()).readers == ()


def test_what_is_true_of_several_tools_and_kinds_is_told_once() -> None:
    expected = Expected(readers=("cosign-2", "kyverno-cosign"))
    told = {finding.message for finding in rule.findings(Context(image(), expected))}
    assert len(told) == 1, told
    (cosign, _) = reported(image(), Policy(name="ours", require=frozenset({rule.id}), expected=expected)).readers
    assert cosign.why == "provenance, SBOM: it is in the image's index, where it is not looked for"
