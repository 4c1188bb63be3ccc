"""`readers` of a policy file: tools, and what people read with each."""

from datetime import date
from pathlib import Path

import pytest

from bot.context import Context
from bot.errors import SettingsError
from bot.oci.reference import Reference
from bot.policy.explain import explain
from bot.readers.reader import EvidenceKind
from bot.rules import Outcome
from bot.rules.evidence_unseen import rule
from bot.rules.sights import sights
from tests.making import image, reported, says
from tests.policy.written import for_image, written

ENTRY = "images:\n  - match: quay.io/acme/app\n    require: [default, evidence-unseen]\n    readers: "
APP = "quay.io/acme/app:1.2.3"


def test_who_reads_buildkits_provenance_with_docker_and_signatures_with_cosign_is_content(tmp_path: Path) -> None:
    """The first user's image: cosign never takes what BuildKit wrote into the index, and nobody asks it to."""
    policy = for_image(tmp_path, ENTRY + "[docker-scout, cosign-2: signature, kyverno-cosign: [signature]]\n", APP)
    assert not list(rule.findings(Context(image(), policy.expected)))
    scout, cosign, kyverno = reported(image(), policy).readers
    assert (scout.signature, scout.provenance, scout.sbom) == ("not-read", "seen", "seen")
    for one in (cosign, kyverno):
        assert (one.signature, one.provenance, one.sbom, one.why) == ("seen", "not-read", "not-read", "")


def test_a_name_alone_reads_all(tmp_path: Path) -> None:
    expected = for_image(tmp_path, ENTRY + "cosign-2\n", APP).expected
    says(rule, image(), Outcome.FAIL, about="cosign-2 provenance", expected=expected)


def test_a_tool_that_is_named_twice_reads_what_either_says(tmp_path: Path) -> None:
    text = ENTRY + "\n      - cosign-2: signature\n      - docker-scout\n      - cosign-2: [sbom, signature]\n"
    expected = for_image(tmp_path, text, APP).expected
    assert expected.readers == ("cosign-2", "docker-scout")
    (cosign, _) = sights(Context(image(), expected))
    states = {kind: sight.state.value for kind, sight in cosign.sights}
    assert states == {
        EvidenceKind.SIGNATURE: "seen",
        EvidenceKind.PROVENANCE: "not-read",
        EvidenceKind.SBOM: "unseen",
    }


def test_only_those_that_read_signatures_say_which_layouts_count(tmp_path: Path) -> None:
    text = "images:\n  - match: quay.io/acme/app\n    readers: [cosign-2: signature, notation: provenance]\n"
    assert for_image(tmp_path, text, APP).expected.layouts == {"cosign-tag"}


def test_it_is_explained_as_it_could_be_written(tmp_path: Path) -> None:
    policies = written(tmp_path, ENTRY + "[docker-scout, cosign-2: [SBOM, signature]]\n")
    text = explain(policies, Reference.parse(APP), date(2026, 11, 24))
    assert "readers    docker-scout, cosign-2: signature and SBOM" in text


@pytest.mark.parametrize(
    ("readers", "words"),
    [
        ("cosign-1", "readers[0]: expected one of 'cosign-2', "),
        ("[cosign-2, trivy]", "or 'harbor', not 'trivy'"),
        ("[cosign-2: signatures]", "readers[0]: expected one of 'signature', 'provenance' or 'SBOM', not 'signatures'"),
        ("[cosign-2: 1]", "expected one of 'signature', "),
        ("[cosign-2: []]", "a tool that reads nothing"),
        ("[cosign-2: ]", "expected one of 'signature', "),
        ("{ cosign-2: signature, harbor: SBOM }", "expected one tool in each item"),
        ("[[cosign-2]]", "expected one of 'cosign-2', "),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, readers: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        written(tmp_path, f"{ENTRY}{readers}\n")
    assert words in str(refused.value)
    assert "policy.yaml:4" in str(refused.value)
