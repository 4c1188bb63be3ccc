"""Policies as people write them with the README beside them: they hold together, and mean what they say."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.evidence import Evidence
from bot.policy import default_policy
from bot.policy.warnings import warnings
from tests.making import ISSUER, WORKFLOW, image, platform, provenance, reported, signature
from tests.policy.written import for_image, written
from tests.private_fulcio import new_key

TODAY = date(2026, 11, 24)

ONE_TEAM = """\
# everything under quay.io/acme comes from our release workflow
images:
  - match: "quay.io/acme/*"
    require: [default, signature-missing, signature-identity-unexpected]
    identities:
      - issuer: https://token.actions.githubusercontent.com
        subject: 'https://github\\.com/acme/[^/]+/\\.github/workflows/release\\.yml@refs/tags/.+'
    channel: "#releases"
"""

WITH_A_KEY = """\
images:
  - match: registry.corp:5000/**
    require: [signature-missing, signature-invalid, signature-identity-unexpected]
    keys: keys/cosign.pub
    settle: 2m
"""

WITH_EXCEPTIONS = """\
images:
  - name: by-products
    match: "ghcr.io/acme/**:*-{amd64,arm64}"
    ignore: '.'
    require: []
  - name: images
    match: "ghcr.io/acme/**"
    releases: '^v?\\d+\\.\\d+\\.\\d+$'
    rolling: '^(main|latest)$'
    require: [default, provenance-ref-unexpected]
    advise: [default]
    severity: { provenance-ref-unexpected: high }
waivers:
  - rule: sbom-missing
    image: ["ghcr.io/acme/legacy", "ghcr.io/acme/legacy-*"]
    reason: built by Jib, see acme/legacy#12
    until: 2027-01-31
"""

SOURCES_AND_BUILDERS = """\
images:
  - match: "docker.io/acme/app"
    require: [default, provenance-source-unexpected, provenance-builder-unexpected, provenance-base-unexpected]
    sources: ['https://github\\.com/acme/']
    builders: ['https://github\\.com/acme/']
    base_images: ['pkg:docker/(alpine|golang)@.+']
"""

ISOLATED = """\
images:
  - match: "docker.io/acme/**"
    advise: [attestation-unsigned, signature-missing]
    isolated_builders: ['https://github\\.com/docker/github-builder/']
"""

# the example of the rule catalogue, without what stands for more of the same
CATALOGUE = """\
images:
  - match: "{quay.io,docker.io}/microcks/*"
    releases: '^\\d+\\.\\d+\\.\\d+(-native|-distroless)?$'      # tags that must not move
    rolling: '^(nightly|next|latest|maintenance)'
    ignore: '^(sha256-|artifacthub\\.io$)'
    sisters: [quay.io, docker.io]
    require: [provenance-missing, provenance-mode-min, sbom-missing, signature-missing]
    advise: [attestation-unsigned]
    identities:
      - issuer: https://token.actions.githubusercontent.com
        subject: '^https://github\\.com/microcks/.+@refs/(heads/master|tags/.+)$'
    sources: ['^https://github\\.com/microcks/']
    channel: "#releases"
    owners: ["@release-team"]
    settle: 10m                      # a missing signature is not reported before
waivers:
  - rule: sbom-missing
    image: "quay.io/microcks/*:*-native"
    reason: "buildpacks, tracked in microcks/microcks#1"
    until: 2027-01-31
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    pem = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "keys" / "cosign.pub").write_bytes(pem)
    return tmp_path


@pytest.mark.parametrize("text", [ONE_TEAM, WITH_A_KEY, WITH_EXCEPTIONS, SOURCES_AND_BUILDERS, ISOLATED])
def test_nothing_to_remark(folder: Path, text: str) -> None:
    assert warnings(written(folder, text), TODAY) == ()


def test_the_catalogue_s_own_example(folder: Path) -> None:
    policy = for_image(folder, CATALOGUE, "quay.io/microcks/microcks:1.13.2-native")
    assert policy.expected.is_release
    assert policy.settle == 600.0
    assert [waiver.rule for waiver in policy.waivers] == ["sbom-missing"]
    assert for_image(folder, CATALOGUE, "docker.io/microcks/microcks:latest").expected.is_rolling
    assert for_image(folder, CATALOGUE, "docker.io/microcks/microcks:artifacthub.io").is_ignored


def said(folder: Path, text: str, evidence: Evidence, name: str, *, day: int = 24) -> dict[str, str]:
    """What becomes of each rule."""
    report = reported(evidence, for_image(folder, text, name), now=datetime(2026, 11, day, 12, tzinfo=UTC))
    return {result.rule: result.outcome.value for result in report.results}


def test_one_team_whose_workflow_signs(folder: Path) -> None:
    asked = for_image(folder, ONE_TEAM).require
    assert asked == default_policy().require | {"signature-missing", "signature-identity-unexpected"}
    assert said(folder, ONE_TEAM, image(), "quay.io/acme/app:1")["signature-identity-unexpected"] == "pass"
    for stranger in (WORKFLOW.replace("acme", "evil"), WORKFLOW + "\n", WORKFLOW.replace("release.yml", "releaseXyml")):
        signed = image(signatures=(signature(identity=stranger),))
        assert said(folder, ONE_TEAM, signed, "quay.io/acme/app:1")["signature-identity-unexpected"] == "fail"


def test_a_key_in_a_file(folder: Path) -> None:
    ours = signature(key_name="cosign.pub", identity="", issuer="")
    told = said(folder, WITH_A_KEY, image(signatures=(ours,)), "registry.corp:5000/deep/app:1")
    assert told["signature-identity-unexpected"] == "pass"
    keyless = said(folder, WITH_A_KEY, image(), "registry.corp:5000/deep/app:1")
    assert keyless["signature-identity-unexpected"] == "fail"


def test_exceptions_by_tag_and_by_waiver(folder: Path) -> None:
    assert for_image(folder, WITH_EXCEPTIONS, "ghcr.io/acme/app:1.2.3-amd64").is_ignored
    bare = image(platform(sbom=None))
    assert said(folder, WITH_EXCEPTIONS, bare, "ghcr.io/acme/app:1.2.3")["sbom-missing"] == "fail"
    assert said(folder, WITH_EXCEPTIONS, bare, "ghcr.io/acme/legacy-ui:1.2.3")["sbom-missing"] == "waived"


@pytest.mark.parametrize(("day", "outcome"), [(24, "waived"), (25, "fail")])
def test_a_waiver_counts_on_its_last_day_and_not_after(folder: Path, day: int, outcome: str) -> None:
    text = WITH_EXCEPTIONS.replace("2027-01-31", "2026-11-24")
    told = said(folder, text, image(platform(sbom=None)), "ghcr.io/acme/legacy:1.2.3", day=day)
    assert told["sbom-missing"] == outcome


def test_sources_builders_and_bases(folder: Path) -> None:
    name = "docker.io/acme/app:1.2.3"
    good = said(folder, SOURCES_AND_BUILDERS, image(), name)
    assert {good[f"provenance-{what}-unexpected"] for what in ("source", "builder", "base")} == {"pass"}
    bad = image(platform(provenance=provenance(source="https://github.com/acme-evil/app", builder_id="https://x/")))
    told = said(folder, SOURCES_AND_BUILDERS, bad, name)
    assert (told["provenance-source-unexpected"], told["provenance-builder-unexpected"]) == ("fail", "fail")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            f"identities: [{{ issuer: {ISSUER}, subject: '.+' }}]",
            "identities[0].subject: matches everybody's workflows",
        ),
        (f"identities: [{{ issuer: {ISSUER}/, subject: 'x' }}]", "identities[0].issuer: is compared exactly"),
        (
            f"identities: [{{ issuer: {ISSUER}, subject: 'https://github.com/a/.+' }}]",
            r"write github\.com for github.com",
        ),
        (
            f"identities: [{{ issuer: {ISSUER}, subject: 'https://github\\.com/docker/github-builder/.+' }}]",
            "identities[0].subject: names a workflow that everybody may call",
        ),
        ("mentions: thread", "mentions: has no effect: the entry names no owners"),
        ("sources: ['https://github\\.com/']", "sources[0]: matches everybody's"),
        ("isolated_builders: ['.*']", "isolated_builders[0]: matches everybody's"),
        ("advise: [sbom-missing]\n    require: [sbom-missing]", "advise: sbom-missing is also in `require`"),
        (
            "require: [signature-identity-unexpected]",
            "require: signature-identity-unexpected is always skipped: the entry does not set",
        ),
        (
            "advise: [provenance-ref-unexpected]",
            "provenance-ref-unexpected is always skipped: the entry does not set releases",
        ),
        (
            "platforms: [linux/amd64]\n    require: [sbom-missing]",
            "platforms: has no effect: the entry does not use platform-lost",
        ),
        (
            "severity: { evidence-unseen: low }",
            "severity.evidence-unseen: has no effect: the entry does not use that rule",
        ),
        (
            "since: { evidence-unseen: 2027-01-31 }",
            "since.evidence-unseen: has no effect: the entry does not use that rule",
        ),
        ("require: []", "require: requires nothing and advises nothing: every image passes that can be read"),
        (
            "readers: [{ notation: [signature, SBOM] }]\n    advise: [evidence-unseen]",
            "readers[0]: notation does not read an SBOM",
        ),
        ("name: default", "name: is the name of the built-in policy, too"),
    ],
)
def test_what_is_hardly_meant(folder: Path, key: str, words: str) -> None:
    said = warnings(written(folder, f'images:\n  - match: "quay.io/acme/*"\n    {key}\n'), TODAY)
    assert any(words in line and line.startswith("policy.yaml:") for line in said), said


def test_a_rule_that_another_one_needs_is_used(folder: Path) -> None:
    text = (
        "images: [{ match: quay.io/a/b, require: [signature-identity-unexpected], severity: { signature-missing: low }"
    )
    text += f", identities: [{{ issuer: {ISSUER}, subject: x }}] }}]\n"
    assert warnings(written(folder, text), TODAY) == ()


@pytest.mark.parametrize(
    ("waiver", "words"),
    [
        (
            "rule: document-ambiguous, image: '**'",
            "waivers[0].rule: has no effect: document-ambiguous cannot be waived",
        ),
        ("rule: evidence-unseen, image: '**'", "waivers[0].rule: has no effect: no entry uses evidence-unseen"),
    ],
)
def test_a_waiver_that_changes_nothing_is_said(folder: Path, waiver: str, words: str) -> None:
    text = f"images: [{{ match: quay.io/a/b }}]\nwaivers: [{{ {waiver}, reason: x, until: 2027-01-31 }}]\n"
    (said,) = warnings(written(folder, text), TODAY)
    assert words in said


def test_a_name_that_two_entries_have_is_said(folder: Path) -> None:
    """A thread and a page name the policy; whoever reads it looks for the wrong entry."""
    text = "images:\n  - { match: quay.io/a/b, name: acme }\n  - { match: quay.io/a/c, name: acme }\n"
    assert warnings(written(folder, text), TODAY) == (
        "policy.yaml:3: images[1].name: is the name of the entry in line 2, too",
    )


def test_a_workflow_that_everybody_may_call_is_restricted_by_sources(folder: Path) -> None:
    subject = r"https://github\.com/docker/github-builder/.+"
    entry = f"{{ match: 'quay.io/acme/*', identities: [{{ issuer: {ISSUER}, subject: '{subject}' }}]"
    entry += r", sources: ['https://github\.com/acme/'], require: [default, provenance-source-unexpected,"
    entry += " signature-identity-unexpected] }"
    assert warnings(written(folder, f"images: [{entry}]\n"), TODAY) == ()
