"""Which entry counts, and what is hardly meant."""

from datetime import date
from pathlib import Path

from bot.oci.reference import Reference
from bot.policy import default_policies
from bot.policy.explain import explain
from bot.policy.warnings import warnings
from bot.rules import catalogue
from tests.policy.test_file import FULL
from tests.policy.written import ONE, written
from tests.private_fulcio import NOW, PrivateFulcio

TODAY = date(2026, 11, 24)
IMAGE = Reference.parse("quay.io/acme/app:1.2.3-native")


def test_the_entry_that_counts_and_those_that_it_hides(tmp_path: Path) -> None:
    text = explain(written(tmp_path, ONE + '  - match: "quay.io/**"\n'), IMAGE, TODAY)
    assert "policy     policy.yaml:2 images[0]" in text
    assert "hidden     policy.yaml:3 images[1]" in text


def test_what_it_asks_and_what_cannot_be_asked(tmp_path: Path) -> None:
    text = explain(written(tmp_path, FULL), IMAGE, TODAY)
    for line in (
        "tag        1.2.3-native is a release and must not move",
        "require    document-ambiguous, provenance-missing, signature-invalid, signature-missing",
        "advise     attestation-unsigned",
        "waived     provenance-missing until 2027-01-31: buildpacks",
        "severity   provenance-missing: medium",
        r"source     https://github\.com/acme/",
        "channel    #releases",
        "owners     @release-team",
        "reported 20m",
    ):
        assert line in text


def test_a_waiver_that_has_ended(tmp_path: Path) -> None:
    text = explain(written(tmp_path, FULL), IMAGE, date(2027, 2, 1))
    assert "expired    provenance-missing until 2027-01-31" in text


def test_without_a_file_and_without_an_entry(tmp_path: Path) -> None:
    assert "policy     built-in\n" in explain(default_policies(), IMAGE, TODAY)
    other = explain(written(tmp_path, ONE), Reference.parse("alpine"), TODAY)
    assert "built-in: no entry of policy.yaml matches" in other
    assert "skipped    signature-identity-unexpected: the policy does not set identities or keys" in other


def test_nothing_to_remark(tmp_path: Path) -> None:
    assert warnings(written(tmp_path, ONE), TODAY) == ()


def test_everything_else_that_it_says(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text(PrivateFulcio("acme", NOW).ca_pem)
    more = "    certificates: root.pem\n    settle: 90s\n    layouts: bundle\n    platforms: linux/amd64\n"
    text = explain(written(tmp_path, ONE + more), IMAGE, TODAY)
    for line in (
        "reported 90s after a push",
        "layouts    bundle",
        "platforms  linux/amd64",
        "O=acme (Notation)",
    ):
        assert line in text


def test_an_entry_that_never_counts(tmp_path: Path) -> None:
    policies = written(tmp_path, '  \nimages:\n  - match: "quay.io/**"\n  - match: "quay.io/acme/{a,b}"\n')
    (remark,) = warnings(policies, TODAY)
    assert remark == "policy.yaml:4: images[1]: never applies: the entry in line 3 matches all its images"


def test_a_key_that_nobody_looks_at(tmp_path: Path) -> None:
    policies = written(tmp_path, ONE + "    require: [sbom-missing]\n    sources: ['x']\n")
    assert warnings(policies, TODAY) == (
        "policy.yaml:4: images[0].sources: has no effect: the entry does not use provenance-source-unexpected",
    )


def test_presence_alone_proves_nothing(tmp_path: Path) -> None:
    """Whoever requires a signature requires that it is valid; who only wants to be told of a bad one is warned."""
    policies = written(tmp_path, ONE + "    require: [signature-missing]\n")
    assert "signature-invalid" in policies.for_image(IMAGE).required(catalogue())
    assert not warnings(policies, TODAY)
    policies = written(tmp_path, ONE + "    require: [signature-missing]\n    advise: [signature-invalid]\n")
    assert "signature-invalid" not in policies.for_image(IMAGE).required(catalogue())
    assert any("signature-missing without signature-invalid" in remark for remark in warnings(policies, TODAY))


def test_waivers_that_have_ended(tmp_path: Path) -> None:
    (*_, remark) = warnings(written(tmp_path, FULL), date(2027, 2, 1))
    assert "waivers[0]: expired on 2027-01-31: provenance-missing applies again" in remark


def test_a_rule_that_is_always_required_is_not_listed_as_unused(tmp_path: Path) -> None:
    text = explain(written(tmp_path, FULL), IMAGE, TODAY)
    assert text.count("document-ambiguous") == 1
