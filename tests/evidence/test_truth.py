"""All images of the larger data give what is true of them, and the public ones too.

One is judged otherwise than its record says: fg-nested-index, whose inner index holds attestations that a reader of
one level does not see. We follow it, so they are there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.secrets import looks_secret
from bot.attestations.slsa import read_provenance
from bot.attestations.statement import Statement
from bot.evidence import Evidence, ImageConfig
from bot.evidence.gather import gather
from bot.oci.documents import read
from bot.oci.layout import LayoutRegistry, parse_layout
from tests.conftest import SHARED

NESTED = {"provenance": {"effective_mode": "max", "slsa": "v1"}, "sbom": True}


def truths() -> list[dict[str, Any]]:
    record = SHARED / "images" / "TRUTH.json"
    return json.loads(record.read_bytes()) if record.is_file() else []


def names() -> list[str]:
    return [truth["name"] for truth in truths()]


def truth_of(name: str) -> dict[str, Any]:
    (truth,) = [truth for truth in truths() if truth["name"] == name]
    return truth | {"truth": truth["truth"] | (NESTED if name == "fg-nested-index" else {})}


def agrees(evidence: Evidence, record: dict[str, Any]) -> None:
    """The evidence says what the record says."""
    truth = record["truth"]
    assert evidence.digest == record["digest"]
    assert [platform.platform for platform in evidence.platforms] == truth["platforms"]
    for platform in evidence.platforms:
        made = truth["provenance"]
        expected = made if made and platform.platform in made.get("only", truth["platforms"]) else None
        found = platform.provenance
        assert found is None or isinstance(found, Provenance)
        assert (found and (str(found.mode), found.slsa)) == (
            expected and (expected["effective_mode"], expected["slsa"])
        )
        assert (platform.sbom is not None) == truth["sbom"]
        if found is not None:
            assert list(found.build_args) == truth["build_args"]
            assert list(found.secret_ids) == truth.get("secret_ids", [])
            assert any(map(looks_secret, found.exposed)) == truth.get("secret_in_provenance", False)
            assert found.inconsistencies == ()
            assert (found.source_from == "vcs") == truth.get("vcs", False)
            if git := (made or {}).get("git"):
                assert git == f"{found.source}.git#{found.ref}"
        if "linked" in truth:
            assert bool(platform.attestation_manifests) == truth["linked"]
        if isinstance(platform.config, ImageConfig):
            assert any(map(looks_secret, platform.config.exposed)) == truth.get("secret_in_config", False)


async def looked(folder: Path) -> Evidence:
    reference = parse_layout(f"oci:{folder}")
    return await gather(reference, LayoutRegistry(Path(reference.layout)))


@pytest.mark.parametrize("name", names())
async def test_what_is_true_of_each_image(name: str, shared_data: Path) -> None:
    agrees(await looked(shared_data / "images" / name), truth_of(name))


def public() -> list[dict[str, Any]]:
    record = SHARED / "corpus" / "index.json"
    entries = json.loads(record.read_bytes()) if record.is_file() else []
    return [entry for entry in entries if entry["file"].startswith("oci-layouts/")]


@pytest.mark.parametrize("entry", public(), ids=lambda entry: entry["file"])
async def test_what_is_true_of_public_layouts(entry: dict[str, Any], shared_data: Path) -> None:
    agrees_in_public(await looked(shared_data / "corpus" / entry["file"]), entry["expected"])


def agrees_in_public(evidence: Evidence, expected: dict[str, Any]) -> None:
    """The evidence says what the public record says."""
    assert (evidence.missing, evidence.unreadable) == ((), ())
    if "notation_signature_valid" in expected:
        assert (evidence.platforms, len(evidence.notes)) == ((), 1)  # an artifact, not an image
        return
    assert evidence.digest == expected.get("image_digest", evidence.digest)
    assert [p.platform for p in evidence.platforms] == expected.get("platforms", ["linux/amd64"])
    for platform in evidence.platforms:
        found = platform.provenance
        told = expected["buildkit_provenance"]
        assert (found is not None) == told["present"]
        assert (platform.sbom is not None) == expected["sbom"]
        if isinstance(found, Provenance):
            assert str(found.mode) == told["mode"]
            assert found.inconsistencies == ()


def test_a_public_statement_of_docker(shared_data: Path) -> None:
    data = (shared_data / "corpus" / "predicates" / "buildkit-v1-max.json").read_bytes()
    found = read_provenance(read(data, Statement, what="statement"))
    assert (found.mode, found.slsa) == (Mode.MAX, "v1")
    assert found.run == "https://github.com/docker/github-builder-test/actions/runs/18937328894/attempts/1"
    assert found.private_data == ("the whole CI event (github_event_payload)",)
    assert not any(map(looks_secret, found.exposed))


def test_the_nightly_that_started_it_all(shared_data: Path) -> None:
    file = shared_data / "microcks" / "docs-provenance-v0.2-mode-min-nightly-2024-12-03.json"
    found = read_provenance(read(file.read_bytes(), Statement, what="statement"))
    assert (found.mode, found.slsa, found.builder_id) == (Mode.MIN, "v0.2", "")
    assert (found.source, found.source_from) == ("https://github.com/microcks/microcks", "vcs")
