"""Attestations that one place holds and another one does not."""

from typing import Any

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.statement import SLSA_V1, SPDX
from bot.context import Phase
from bot.evidence import AttestationStore, Evidence, MissingBlob, Unreadable
from bot.oci.referrer_list import ListedBy
from bot.policy import default_policy
from bot.rules import Outcome, SkippedReason
from bot.rules.attestation_stores_differ import rule
from bot.signatures.discovery import ReferrerListing
from bot.signatures.search import AttachedStatement
from bot.signatures.signature import SOURCE, Layout, Signature, SignatureState
from bot.unreadable import MissingKind, UnknownReason
from bot.values import replace
from tests.making import digest, image, is_silent, platform, provenance, reported, says, signature

APP = "https://github.com/acme/app"
STORE = AttestationStore((APP,))
ACTIONS = "https://actions.github.io/buildtypes/workflow/v1"
MADE = provenance(Mode.FOREIGN, build_type=ACTIONS)
ATTESTED = platform(provenance=MADE, provenances=(MADE,))
LATE = Unreadable("GitHub's rate limit", UnknownReason.UNSEARCHED, passing=True)


def attestation(layout: Layout, **changes: Any) -> Signature:  # noqa: ANN401 - any field
    return signature(**({"layout": layout, "predicate_type": SLSA_V1, "claims": ((SOURCE, APP),)} | changes))


AT_GITHUB, IN_REGISTRY = attestation(Layout.GITHUB_API), attestation(Layout.BUNDLE)


def attached(one: Signature, built: Provenance = MADE) -> AttachedStatement:
    return AttachedStatement(one.digest, "referrer", None, built, manifest=one.manifest, layout=one.layout)


def holding(*signatures: Signature, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    told = tuple(attached(one) for one in signatures if one.layout is Layout.BUNDLE)
    return image(ATTESTED, **({"signatures": signatures, "code_host": STORE, "attached": told} | changes))


def test_both_hold_it() -> None:
    is_silent(rule, holding(AT_GITHUB, IN_REGISTRY))


def test_the_registry_lacks_it() -> None:
    says(rule, holding(AT_GITHUB), Outcome.FAIL, "GitHub holds provenance", "quay.io does not hold", about="image")
    of_platform = replace(AT_GITHUB, digest=digest("linux/amd64"))
    says(rule, holding(AT_GITHUB, IN_REGISTRY, of_platform), Outcome.FAIL, "provenance")
    sbom = replace(AT_GITHUB, predicate_type=SPDX)
    says(rule, holding(AT_GITHUB, IN_REGISTRY, sbom), Outcome.FAIL, "an SBOM", about="image")


def test_what_the_registry_holds_in_another_form_is_not_found_by_those_who_look_for_bundles() -> None:
    says(rule, holding(AT_GITHUB, attestation(Layout.COSIGN_TAG)), Outcome.FAIL, about="image")


def test_github_lacks_it() -> None:
    told = says(rule, holding(IN_REGISTRY), Outcome.FAIL, "of GitHub's action that GitHub does not", about="image")
    assert told.severity is None


@pytest.mark.parametrize(
    "other",
    [
        {"issuer": "https://accounts.google.com"},
        {"claims": ()},
        {"claims": ((SOURCE, "https://github.com/acme/other"),)},
        {"predicate_type": SPDX},
        {"state": SignatureState.UNVERIFIABLE, "identity": "", "issuer": ""},
    ],
)
def test_what_others_made_need_not_be_at_github(other: dict[str, Any]) -> None:
    says(rule, holding(replace(IN_REGISTRY, **other)), Outcome.SKIPPED, about="image")


def test_a_bundle_of_another_builders_provenance_need_not_be_at_github() -> None:
    """Cosign writes the same bundles, and to the registry alone."""
    theirs = attached(IN_REGISTRY, provenance())
    own = image(signatures=(IN_REGISTRY,), code_host=STORE, attached=(theirs,))
    says(rule, own, Outcome.SKIPPED, about="image")


@pytest.mark.parametrize("about", ["index", "linux/amd64"])
def test_nor_need_it_where_githubs_action_attested_the_same_image(about: str) -> None:
    """slsa-github-generator beside actions/attest: the same issuer and repository, and only one writes to GitHub."""
    old = "https://slsa.dev/provenance/v0.2"
    own = replace(IN_REGISTRY, digest=digest(about), manifest=digest("its bundle"), predicate_type=old)
    built = provenance(Mode.FOREIGN, build_type="https://github.com/slsa-framework/slsa-github-generator/container@v1")
    told = (attached(IN_REGISTRY), attached(own, built))
    is_silent(rule, holding(AT_GITHUB, IN_REGISTRY, own, attached=told))
    says(rule, holding(AT_GITHUB, IN_REGISTRY, own), Outcome.FAIL, about="image" if about == "index" else about)


def test_github_did_not_answer() -> None:
    told = says(rule, holding(IN_REGISTRY, code_host_unreadable=(LATE,)), Outcome.UNKNOWN, "rate limit", about="image")
    assert told.reason is UnknownReason.CODE_HOST
    says(rule, holding(code_host_unreadable=(LATE,)), Outcome.UNKNOWN, "rate limit", about="image")


def test_a_repository_that_is_not_shown() -> None:
    hidden = replace(STORE, hidden=(Unreadable("acme/app is private or not there"),))
    told = says(rule, holding(IN_REGISTRY, code_host=hidden), Outcome.UNKNOWN, "is private", about="image")
    assert told.reason is UnknownReason.CODE_HOST


def test_the_registry_did_not_answer() -> None:
    failed = (Unreadable("the registry answered 503"),)
    says(rule, holding(AT_GITHUB, signatures_unreadable=failed), Outcome.UNKNOWN, "503", about="image")
    says(rule, holding(AT_GITHUB, signatures_searched=False), Outcome.UNKNOWN, about="image")


def test_a_bundle_that_could_not_be_read_may_be_the_one() -> None:
    unread = attestation(Layout.BUNDLE, state=SignatureState.UNVERIFIABLE, predicate_type="", claims=())
    says(rule, holding(AT_GITHUB, unread), Outcome.UNKNOWN, "not read", about="image")


def test_one_that_is_refused_is_none() -> None:
    refused = replace(IN_REGISTRY, state=SignatureState.INVALID)
    says(rule, holding(AT_GITHUB, refused), Outcome.FAIL, about="image")
    says(rule, holding(replace(AT_GITHUB, state=SignatureState.INVALID)), Outcome.SKIPPED, about="image")


def test_right_after_the_push_it_may_be_on_its_way() -> None:
    told = says(rule, holding(AT_GITHUB), Outcome.UNKNOWN, about="image", phase=Phase.SETTLING)
    assert told.reason is UnknownReason.AWAITING_SIGNATURE


def test_no_code_host() -> None:
    told = says(rule, holding(IN_REGISTRY, code_host=None), Outcome.SKIPPED, about="image")
    assert told.skipped is SkippedReason.NO_CODE_HOST


def tagged(*pairs: tuple[str, str]) -> tuple[ReferrerListing, ...]:
    """Listed under the fallback tag, and not by the API: what each is about, and its digest."""
    return tuple(ReferrerListing(about, manifest, by=ListedBy.TAG_ALONE) for about, manifest in pairs)


@pytest.mark.parametrize("store", [None, STORE])
def test_the_fallback_tag_lists_what_the_api_does_not(store: AttestationStore | None) -> None:
    only = ((digest("index"), digest("one")), (digest("linux/amd64"), digest("two")))
    evidence = holding(AT_GITHUB, IN_REGISTRY, code_host=store, listed=tagged(*only))
    says(rule, evidence, Outcome.FAIL, digest("one")[:19], "referrers API of quay.io", about="image")
    says(rule, evidence, Outcome.FAIL, digest("two")[:19])
    many = tuple((digest("index"), digest(str(number))) for number in range(200))
    says(rule, replace(evidence, listed=tagged(*many)), Outcome.FAIL, digest("0")[:19], "and 199 more", about="image")


def test_what_the_fallback_tag_lists_and_nobody_holds_any_more_is_not_to_be_pushed_again() -> None:
    """A registry deleted it, and the tag still lists it: attestation-missing-blob says that it is gone."""
    gone = MissingBlob(digest("one"), digest("index"), MissingKind.SIGNATURE)
    evidence = holding(AT_GITHUB, IN_REGISTRY, listed=tagged((digest("index"), digest("one"))), missing=(gone,))
    is_silent(rule, evidence)


def test_the_report_counts_what_each_store_holds() -> None:
    def counts(evidence: Evidence) -> list[tuple[str, int | None]]:
        return [(one.store, one.found) for one in reported(evidence).stores]

    assert counts(holding(AT_GITHUB, IN_REGISTRY)) == [("registry", 1), ("github", 1)]
    assert counts(holding(AT_GITHUB, code_host_unreadable=(LATE,))) == [("registry", 0), ("github", None)]
    assert counts(holding(IN_REGISTRY, code_host=None, signatures_unreadable=(LATE,))) == [("registry", None)]
    assert counts(holding(code_host=replace(STORE, denied=(APP,)))) == [("registry", 0), ("github", None)]
    assert counts(holding(signatures_searched=False, code_host=None)) == []


def test_the_built_in_policy_advises_it() -> None:
    assert rule.id in default_policy().advise
    assert reported(holding(AT_GITHUB)).verdict == "warn"
    asked = reported(holding(AT_GITHUB, IN_REGISTRY))
    assert next(one.outcome for one in asked.results if one.rule == rule.id) is Outcome.PASS


def test_what_the_index_itself_ties_to_a_platform_is_not_lost_with_the_api() -> None:
    linked = image().platforms[0].attestation_manifests[0]
    is_silent(rule, holding(AT_GITHUB, IN_REGISTRY, listed=tagged((digest("linux/amd64"), linked))))
