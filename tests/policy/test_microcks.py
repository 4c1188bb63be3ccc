"""The policy for Microcks' own images: right for each family, each era, and nobody else."""

from datetime import date

import pytest

from bot.context import Context
from bot.oci.reference import Reference
from bot.oci.referrer_list import ListedBy
from bot.policy import Policy
from bot.policy.file import FilePolicies, read_policy
from bot.policy.warnings import warnings
from bot.releases import place
from bot.releases.expected import expected_members
from bot.rules.coverage import is_expected
from bot.rules.evidence_unseen import rule as evidence_unseen
from bot.rules.patterns import is_listed
from bot.signatures.discovery import ReferrerListing
from bot.signatures.signature import Layout, SignatureState
from tests.conftest import ROOT
from tests.making import digest, image, signature

FILE = ROOT / "deploy" / "policies" / "microcks.yaml"
GITHUB = "https://github.com/microcks"
LISTED = ReferrerListing(
    digest("index"), digest("signature manifest"), "application/vnd.dev.sigstore.bundle.v0.3+json", ListedBy.API
)
POSTMAN = "microcks-postman-runtime/.github/workflows/build-package.yml"


@pytest.fixture(scope="module")
def policies() -> FilePolicies:
    return read_policy(FILE)


def asked(policies: FilePolicies, image: str) -> Policy:
    return policies.for_image(Reference.parse(image))


def test_it_holds_together_and_means_what_it_says(policies: FilePolicies) -> None:
    assert warnings(policies, date(2026, 11, 24)) == ()


@pytest.mark.parametrize(
    ("image", "entry"),
    [
        ("quay.io/microcks/microcks:1.15.0", "core"),
        ("microcks/microcks-uber-async-minion:nightly", "core"),
        ("quay.io/microcks/microcks-uber:1.15.0-native", "native"),
        ("docker.io/microcks/microcks-uber-async-minion:nightly-native", "native"),
        ("quay.io/microcks/microcks-uber:nightly-native-arm64", "by-products"),
        ("quay.io/microcks/microcks-operator:0.0.6-native", "operator"),
        ("quay.io/microcks/microcks-operator:e2e-tests", "by-products"),
        ("quay.io/microcks/microcks-cli:1.0.1-distroless", "cli"),
        ("quay.io/microcks/microcks-postman-runtime:0.6.1", "postman"),
        ("quay.io/microcks/microcks-hub:next", "hub"),
        ("microcks/microcks-docker-desktop-extension:1.2.3", "docker desktop extension"),
        ("quay.io/microcks/microcks-charts/microcks:1.15.0", "chart"),
        ("quay.io/microcks/microcks-keycloak:1", "by-products"),
        ("quay.io/microcks/builder-noble-java-tiny:1", "default"),
        ("quay.io/microcks-evil/microcks:1.15.0", "default"),
    ],
)
def test_each_family_has_its_entry(policies: FilePolicies, image: str, entry: str) -> None:
    assert asked(policies, image).name == entry


@pytest.mark.parametrize(
    ("image", "subject"),
    [
        ("microcks:1.11.0", "microcks/.github/workflows/build-verify.yml@refs/tags/1.11.0"),
        ("microcks:1.11.0-fix-3", "microcks/.github/workflows/build-verify.yml@refs/tags/1.11.0-fix-3"),
        ("microcks:1.11.1", "microcks/.github/workflows/build-container.yml@refs/tags/1.11.1"),
        ("microcks:nightly", "microcks/.github/workflows/build-container.yml@refs/heads/master"),
        ("microcks:nightly", "microcks/.github/workflows/build-container.yml@refs/heads/1.13.x"),
        ("microcks:1.15.0-rc1", "microcks/.github/workflows/build-container.yml@refs/tags/1.15.0-rc1"),
        ("microcks-uber:1.15.0-native", "microcks/.github/workflows/package-native.yml@refs/tags/1.15.0"),
        ("microcks-operator:0.0.6", "microcks-operator/.github/workflows/build-verify.yml@refs/tags/0.0.6"),
        ("microcks-operator:nightly", "microcks-operator/.github/workflows/build-verify.yml@refs/heads/main"),
        ("microcks-cli:next", "microcks-cli/.github/workflows/build-verify.yml@refs/heads/1.x"),
        (
            "microcks-postman-runtime:0.6.1",
            f"{POSTMAN}@refs/tags/0.6.1",
        ),
        ("microcks-hub:nightly", "hub.microcks.io/.github/workflows/build-verify.yml@refs/heads/master"),
        ("microcks-charts/microcks:1.15.0", "microcks/.github/workflows/release.yml@refs/heads/release-1.15"),
    ],
)
def test_who_signed_each_in_its_time(policies: FilePolicies, image: str, subject: str) -> None:
    policy = asked(policies, f"quay.io/microcks/{image}")
    signed = signature(SignatureState.VALID, identity=f"{GITHUB}/{subject}", layout=Layout.COSIGN_TAG)
    assert is_expected(signed, policy.expected)


@pytest.mark.parametrize(
    "subject",
    [
        "microcks/.github/workflows/build-container.yml@refs/heads/feature",
        "microcks/.github/workflows/build-container.yml@refs/pull/7/merge",
        "microcks/.github/workflows/other.yml@refs/tags/1.15.0",
        "microcks/.github/workflows/build-containerXyml@refs/tags/1.15.0",
        "microcks-cli/.github/workflows/build-verify.yml@refs/tags/1.0.1",
        "microcks/.github/workflows/build-container.yml@refs/tags/1.15.0/../evil",
    ],
)
def test_who_did_not(policies: FilePolicies, subject: str) -> None:
    policy = asked(policies, "quay.io/microcks/microcks:1.15.0")
    assert not is_expected(signature(identity=f"{GITHUB}/{subject}"), policy.expected)
    evil = f"{GITHUB}-evil/microcks/.github/workflows/build-container.yml@refs/tags/1.15.0"
    assert not is_expected(signature(identity=evil), policy.expected)


def test_what_is_asked_of_each(policies: FilePolicies) -> None:
    core = asked(policies, "quay.io/microcks/microcks:1.15.0")
    assert {"provenance-mode-min", "sbom-missing", "signature-identity-unexpected"} <= core.require
    assert (core.settle, core.expected.sisters, core.expected.is_release) == (600.0, ("quay.io", "docker.io"), True)
    assert is_listed(f"{GITHUB}/microcks.git", core.expected.sources)
    assert not is_listed(f"{GITHUB}/microcks-evil", core.expected.sources)
    native = asked(policies, "quay.io/microcks/microcks-uber:1.15.0-native")
    assert (native.settle, {waiver.rule for waiver in native.waivers}) == (
        1200.0,
        {"provenance-missing", "sbom-missing"},
    )
    chart = asked(policies, "quay.io/microcks/microcks-charts/microcks:1.15.0")
    assert all(rule.startswith("signature-") for rule in chart.require | chart.advise)
    by_product = asked(policies, "quay.io/microcks/microcks-uber:nightly-native-arm64")
    assert by_product.is_ignored
    assert by_product.require == frozenset()


CORE = ("microcks", "microcks-async-minion", "microcks-uber", "microcks-uber-async-minion")
NATIVE = ("microcks-uber", "microcks-uber-async-minion")
BOTH = ("quay.io", "docker.io")


def members(policies: FilePolicies, image: str) -> set[str]:
    """The images of the release that this one belongs to, itself included."""
    reference = Reference.parse(image)
    placement = place(reference, policies.for_image(reference))
    assert placement is not None
    return {str(placement.image), *(str(one.placement.image) for one in expected_members(placement, policies))}


@pytest.mark.parametrize(
    "pushed",
    [
        "quay.io/microcks/microcks:1.16.0",
        "microcks/microcks-uber:1.16.0",
        "quay.io/microcks/microcks-uber-async-minion:1.16.0-native",
    ],
)
def test_a_version_is_four_images_and_two_native_ones_in_two_registries(policies: FilePolicies, pushed: str) -> None:
    assert members(policies, pushed) == {
        *(f"{registry}/microcks/{name}:1.16.0" for registry in BOTH for name in CORE),
        *(f"{registry}/microcks/{name}:1.16.0-native" for registry in BOTH for name in NATIVE),
    }


@pytest.mark.parametrize(
    ("pushed", "release", "family", "number"),
    [
        ("quay.io/microcks/microcks:1.10.1-fix-1", "microcks 1.10.1-fix-1", "", 12),
        ("quay.io/microcks/microcks-uber:1.16.0-rc1-native", "microcks 1.16.0-rc1", "-native", 12),
        ("quay.io/microcks/microcks:nightly", "microcks nightly (rolling)", "", 8),
        ("quay.io/microcks/microcks-uber:nightly-native", "microcks nightly-native (rolling)", "-native", 4),
        ("quay.io/microcks/microcks-operator:0.0.6", "microcks/microcks-operator 0.0.6", "", 2),
        ("quay.io/microcks/microcks-cli:1.0.1-distroless", "microcks/microcks-cli 1.0.1", "-distroless", 4),
        ("microcks/microcks-hub:0.2.0", "microcks/microcks-hub 0.2.0", "", 2),
        ("microcks/microcks-docker-desktop-extension:0.3.0", "microcks/microcks-docker-desktop-extension 0.3.0", "", 1),
    ],
)
def test_to_which_release_each_image_belongs(
    policies: FilePolicies, pushed: str, release: str, family: str, number: int
) -> None:
    image = Reference.parse(pushed)
    placement = place(image, policies.for_image(image))
    assert placement is not None
    assert (str(placement.release), placement.family) == (release, family)
    assert len(members(policies, pushed)) == number


def test_no_groups_overlap_by_mistake(policies: FilePolicies) -> None:
    assert [line for line in warnings(policies, date(2026, 11, 24)) if "group" in line] == []


def test_a_core_image_that_is_signed_in_a_bundle_alone_is_told_of_and_one_of_the_hub_is_not(
    policies: FilePolicies,
) -> None:
    """Microcks issue 1837: cosign 3 signed, and tools that read .sig tags said that nobody had."""
    bundle = image(signatures=(signature(layout=Layout.BUNDLE),), listed=(LISTED,))
    for name in ("microcks:1.15.0", "microcks-operator:0.0.6", "microcks-cli:1.0.1", "microcks-postman-runtime:0.6.1"):
        policy = asked(policies, f"quay.io/microcks/{name}")
        assert policy.expected.layouts == {"cosign-tag"}
        subjects = [one.subject for one in evidence_unseen.findings(Context(bundle, policy.expected))]
        assert subjects == ["cosign-2 signature", "kyverno-cosign signature"]
        assert not list(evidence_unseen.findings(Context(image(), policy.expected)))
    hub = asked(policies, "quay.io/microcks/microcks-hub:0.3.0")
    assert not list(evidence_unseen.findings(Context(bundle, hub.expected)))
