"""What real tools wrote is never ambiguous: every image, bundle, envelope and predicate of the larger data."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.attestations.reading import StatementEvidence, read_envelope, read_statement
from bot.attestations.sparse import read_sparse
from bot.attestations.statement import SLSA_V1
from bot.evidence.gather import gather
from bot.oci.ambiguity import noticing, reading
from bot.oci.layout import LayoutRegistry, parse_layout
from bot.signatures.bundles.document import Bundle
from bot.signatures.finder import SignatureFinder
from bot.signatures.roots.root import Trust
from tests.attestations.predicates import DIGEST, statement
from tests.conftest import SAMPLES, SHARED

LAYOUTS = sorted(file.parent for folder in (SHARED, SAMPLES) for file in folder.glob("**/oci-layout"))
FILES = sorted((SHARED / "corpus" / "bundles").glob("*.json"))
BUNDLES = [file for file in FILES if b"dsseEnvelope" in file.read_bytes()]
TOLD = StatementEvidence(DIGEST, DIGEST, "")


@pytest.mark.parametrize("folder", LAYOUTS, ids=lambda folder: folder.name)
async def test_images_and_all_that_is_attached_to_them(folder: Path) -> None:
    search = SignatureFinder(lambda: Trust(()))
    for entry in json.loads((folder / "index.json").read_bytes())["manifests"]:
        reference = parse_layout(f"oci:{folder}@{entry['digest']}")
        evidence = await gather(reference, LayoutRegistry(folder), search=search)
        assert (evidence.ambiguous, evidence.unconfirmed) == ((), ())


@pytest.mark.parametrize("file", BUNDLES, ids=lambda file: file.name)
def test_bundles_and_the_statements_in_them(file: Path) -> None:
    document = json.loads(file.read_bytes())
    found = document.get("attestations", [document]) if isinstance(document, dict) else document
    for bundle in (one.get("bundle", one) for one in found):
        with noticing() as notices, reading(DIGEST):
            read_sparse(json.dumps(bundle).encode(), Bundle, what=file.name)
            if "dsseEnvelope" in bundle:
                read_envelope(json.dumps(bundle["dsseEnvelope"]).encode(), DIGEST, TOLD)
        assert notices.all == ()


def test_a_predicate_of_buildkit(shared_data: Path) -> None:
    predicate: Any = json.loads((shared_data / "corpus" / "predicates" / "buildkit-v1-max.json").read_bytes())
    with noticing() as notices:
        read_statement(statement(predicate), DIGEST, TOLD)
    assert notices.all == ()


def test_names_that_anybody_may_choose_may_differ_in_case_only() -> None:
    """Labels, build arguments and environments are maps, which no reader folds."""
    request = {"args": {"build-arg:path": "a", "build-arg:PATH": "b", "Frontend": "c"}}
    predicate = {"buildDefinition": {"externalParameters": {"request": request, "vars": {"A": "1", "a": "2"}}}}
    with noticing() as notices:
        read_statement(statement(predicate, SLSA_V1), DIGEST, TOLD)
    assert notices.all == ()
