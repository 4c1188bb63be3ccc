"""A policy file is read as a whole; what does not fit is said with file, line and key."""

from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.policy import REQUIRED, default_policy
from bot.policy.source import policies_from
from bot.report import Verdict
from bot.rules import Severity, catalogue
from bot.signatures.signature import SignatureState
from tests.making import image, reported, signature
from tests.policy.written import ONE, for_image, written
from tests.private_fulcio import NOW, PrivateFulcio, new_key

PEM = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
FULL = """\
images:
  - match: "{quay.io,docker.io}/acme/*"
    name: core
    releases: '^\\d+\\.\\d+\\.\\d+(-native)?$'
    rolling: '^(nightly|latest)'
    ignore: '^artifacthub\\.io$'
    platforms: [linux/amd64]
    sisters: [quay.io, docker.io]
    require: [provenance-missing, signature-missing]
    advise: [attestation-unsigned]
    severity: { provenance-missing: medium }
    identities:
      - issuer: https://token.actions.githubusercontent.com
        subject: 'https://github\\.com/acme/.+'
    sources: ['https://github\\.com/acme/']
    builders: ['https://github\\.com/acme/']
    isolated_builders: ['https://github\\.com/docker/github-builder/']
    base_images: ['^pkg:docker/alpine@']
    layouts: [cosign-tag]
    channel: "#releases"
    owners: ["@release-team"]
    settle: 20m
waivers:
  - rule: provenance-missing
    image: "quay.io/acme/*:*-native"
    reason: buildpacks
    until: 2027-01-31
"""


def test_everything_that_an_entry_may_say(tmp_path: Path) -> None:
    policy = for_image(tmp_path, FULL)
    assert policy.name == "core"
    assert policy.require == {"provenance-missing", "signature-missing"}
    assert policy.advise == {"attestation-unsigned"}
    assert policy.severities == {"provenance-missing": Severity.MEDIUM}
    expected = policy.expected
    assert [(one.issuer, one.subject) for one in expected.identities] == [
        ("https://token.actions.githubusercontent.com", r"https://github\.com/acme/.+")
    ]
    assert expected.sources == expected.builders == (r"https://github\.com/acme/",)
    assert expected.isolated_builders == (r"https://github\.com/docker/github-builder/",)
    assert expected.base_images == ("^pkg:docker/alpine@",)
    assert (policy.channel, policy.owners, policy.settle) == ("#releases", ("@release-team",), 1200.0)
    assert policy.expected.sisters == ("quay.io", "docker.io")
    assert policy.expected.platforms == ("linux/amd64",)
    assert policy.expected.layouts == {"cosign-tag"}


@pytest.mark.parametrize(
    ("tag", "release", "rolling", "ignored"),
    [
        ("1.2.3", True, False, False),
        ("1.2.3-native", True, False, False),
        ("1.2.3-rc1", False, False, False),
        ("nightly-native", False, True, False),
        ("artifacthub.io", False, False, True),
        ("sha256-" + "a" * 64 + ".sig", False, False, True),
    ],
)
def test_what_a_tag_is(tmp_path: Path, tag: str, *, release: bool, rolling: bool, ignored: bool) -> None:
    policy = for_image(tmp_path, FULL, f"quay.io/acme/app:{tag}")
    assert (policy.expected.is_release, policy.expected.is_rolling, policy.is_ignored) == (release, rolling, ignored)


def test_waivers_go_with_the_images_that_they_name(tmp_path: Path) -> None:
    assert for_image(tmp_path, FULL).waivers == ()
    (waiver,) = for_image(tmp_path, FULL, "quay.io/acme/app:1.2.3-native").waivers
    assert (waiver.rule, waiver.reason, waiver.until) == ("provenance-missing", "buildpacks", date(2027, 1, 31))


def test_what_is_not_said_is_as_in_the_built_in_policy(tmp_path: Path) -> None:
    built_in = default_policy()
    policy = for_image(tmp_path, ONE)
    assert (policy.require, policy.advise) == (built_in.require, built_in.advise)
    only_required = for_image(tmp_path, ONE + "    require: [default, signature-missing]\n")
    assert (only_required.require, only_required.advise) == (REQUIRED | {"signature-missing"}, frozenset())
    only_advised = for_image(tmp_path, ONE + "    advise: [sbom-missing]\n")
    assert only_advised.advise == {"sbom-missing"}
    assert only_advised.require == REQUIRED - {"sbom-missing"}
    nothing = for_image(tmp_path, ONE + "    require: []\n")
    assert (nothing.require, nothing.advise) == (frozenset(), frozenset())


SIGNER = (
    ONE
    + """\
    require: [default, signature-identity-unexpected]
    identities:
      - { issuer: "https://token.actions.githubusercontent.com", subject: ".+" }
"""
)


def test_built_in_advice_makes_no_advice_of_what_a_required_rule_needs(tmp_path: Path) -> None:
    """Else an image that nobody signed would only be warned of, where the policy requires a signer."""
    policy = for_image(tmp_path, SIGNER + "    advise: [default]\n")
    assert "signature-missing" in policy.required(catalogue()) - policy.advise
    for evidence, verdict in (
        (image(), Verdict.PASS),
        (image(signatures=()), Verdict.FAIL),
        (image(signatures=(signature(SignatureState.UNVERIFIABLE),)), Verdict.UNKNOWN),
    ):
        assert reported(evidence, policy).verdict is verdict


def test_advice_by_name_stays_advice_and_what_is_unknown_is_never_passed(tmp_path: Path) -> None:
    policy = for_image(tmp_path, SIGNER + "    advise: [signature-missing]\n")
    for evidence, verdict in (
        (image(), Verdict.PASS),
        (image(signatures=()), Verdict.WARN),
        (image(signatures=(signature(SignatureState.UNVERIFIABLE),)), Verdict.UNKNOWN),
    ):
        assert reported(evidence, policy).verdict is verdict


def test_an_image_that_no_entry_names_gets_the_built_in_policy(tmp_path: Path) -> None:
    assert for_image(tmp_path, ONE, "alpine").name == "default"
    assert policies_from(None).for_image is not None


def test_the_first_entry_counts(tmp_path: Path) -> None:
    text = ONE + '    name: first\n  - match: "**"\n    name: second\n'
    assert for_image(tmp_path, text).name == "first"
    assert for_image(tmp_path, text, "quay.io/other/app").name == "second"


def test_keys_and_certificates_beside_the_file_or_in_it(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "cosign.pub").write_text(PEM)
    (tmp_path / "root.pem").write_text(PrivateFulcio("acme", NOW).ca_pem)
    inline = "".join(f"          {line}\n" for line in PEM.splitlines())
    text = (
        ONE
        + "    keys:\n      - { name: file, file: keys/cosign.pub }\n      - name: inline\n        pem: |\n"
        + inline
    ) + "    certificates: [{ name: acme, file: root.pem }]\n"
    policy = for_image(tmp_path, text)
    assert [key.name for key in policy.keys] == ["file", "inline"]
    assert policy.expected.key_names == ("file", "inline")
    assert len(policy.certificates) == 1
    assert policy.expected.has_certificates


def test_anchors_and_merges(tmp_path: Path) -> None:
    text = """\
images:
  - match: "quay.io/acme/a"
    <<: &all
      require: [sbom-missing]
      channel: "#all"
  - match: "quay.io/acme/b"
    channel: "#own"
    <<: *all
"""
    assert for_image(tmp_path, text, "quay.io/acme/a").channel == "#all"
    own = for_image(tmp_path, text, "quay.io/acme/b")
    assert own.channel == "#own"
    assert own.require == {"sbom-missing"}


def test_the_version_changes_with_the_file(tmp_path: Path) -> None:
    assert written(tmp_path, ONE).version != written(tmp_path, ONE + "    channel: x\n").version


def test_the_version_changes_with_a_key_that_is_renewed_under_its_old_name(tmp_path: Path) -> None:
    """Else an audit that goes on uses rows of signatures by the key that is no longer trusted."""
    text, key = ONE + "    keys: cosign.pub\n", tmp_path / "cosign.pub"
    key.write_text(PEM)
    before = written(tmp_path, text).version
    assert written(tmp_path, text).version == before
    key.write_bytes(new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert written(tmp_path, text).version != before
