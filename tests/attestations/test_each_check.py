"""Cases that one check alone refuses: of statements and SBOMs that another reader takes for something else."""

import base64
import json

import pytest

from bot.attestations.head import COSIGN_CUSTOM
from bot.attestations.reading import Reading, StatementEvidence, read_statement, unread
from bot.attestations.sbom import Sbom
from bot.attestations.sbom_reading import read_sbom, read_whole_sbom
from bot.attestations.statement import CYCLONEDX, IN_TOTO, SLSA_V1, SPDX, Envelope
from bot.attestations.values import LIST_MAX, mappings, texts
from bot.errors import MalformedError, OverLimitError
from bot.unreadable import Unreadable

HEX = "ab" * 32
ABOUT = f"sha256:{HEX}"
PACKAGE = {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1"}
SPDX_DOCUMENT = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": [PACKAGE]}
CYCLONEDX_DOCUMENT = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "a"}]}
NOT_JSON = '"annotations": [01]'
"""A value that is not read, and that no parser takes: a number has no zero in front."""


def read(kind: str, predicate: str, subject: str = f'[{{"digest": {{"sha256": "{HEX}"}}}}]') -> Reading:
    head = f'"_type": "https://in-toto.io/Statement/v1", "predicateType": "{kind}", "subject": {subject}'
    told = StatementEvidence(f"sha256:{'cd' * 32}", f"sha256:{'ef' * 32}", "")
    return read_statement(f'{{{head}, "predicate": {predicate}}}'.encode(), ABOUT, told)


def with_what_is_no_json(document: object) -> str:
    return json.dumps(document)[:-1] + f", {NOT_JSON}}}"


@pytest.mark.parametrize(
    ("subject", "matches"),
    [
        ("[]", None),
        (f'[{{"digest": {{"sha256": "{HEX}"}}}}]', True),
        (f'[{{"digest": {{"sha512": "{HEX}"}}}}]', False),
        (f'[{{"digest": {{"sha256": "{HEX.upper()}"}}}}]', False),
    ],
)
def test_a_statement_about_nothing_is_not_about_another_image(subject: str, *, matches: bool | None) -> None:
    found = read(SLSA_V1, '{"buildDefinition": {"buildType": "x"}}', subject)
    assert found.statement.subject_matches is matches
    assert (found.provenance is not None) is (matches is True)


@pytest.mark.parametrize(
    ("kind", "document", "other"), [(SPDX, SPDX_DOCUMENT, CYCLONEDX), (CYCLONEDX, CYCLONEDX_DOCUMENT, SPDX)]
)
def test_an_sbom_of_another_format_than_its_statement_says_is_none(kind: str, document: object, other: str) -> None:
    assert isinstance(read(kind, json.dumps(document)).sbom, Sbom)
    found = read(other, json.dumps(document))
    assert found.sbom is None
    assert "another format" in found.statement.problem


@pytest.mark.parametrize(("kind", "document"), [(SPDX, SPDX_DOCUMENT), (CYCLONEDX, CYCLONEDX_DOCUMENT)])
def test_an_sbom_that_is_no_json_where_nobody_reads_it_is_none(kind: str, document: object) -> None:
    """Other readers refuse the whole document, and find no SBOM."""
    found = read(kind, with_what_is_no_json(document))
    assert found.sbom is None
    assert "is not JSON" in found.statement.problem
    assert read_whole_sbom(json.dumps(document).encode(), what="it").packages == 1
    with pytest.raises(MalformedError, match="is not JSON"):
        read_whole_sbom(with_what_is_no_json(document).encode(), what="it")


@pytest.mark.parametrize(("kind", "is_sbom"), [(SPDX, True), (COSIGN_CUSTOM, True), ("https://example.org/x", False)])
def test_only_a_statement_that_says_so_holds_an_sbom(kind: str, *, is_sbom: bool) -> None:
    """Other readers look at the type alone, and find none in a test result that quotes one."""
    assert isinstance(read(kind, json.dumps(SPDX_DOCUMENT)).sbom, Sbom) is is_sbom


@pytest.mark.parametrize(
    ("kind", "parts"), [("", {"provenance", "sbom"}), (SLSA_V1, {"provenance"}), (SPDX, {"sbom"}), ("other", set())]
)
def test_what_could_not_be_read_is_not_absent_unless_its_annotation_says_that_it_is_something_else(
    kind: str, parts: set[str]
) -> None:
    why = Unreadable("timed out")
    found = unread(StatementEvidence("", "", kind), why)
    assert found.statement.unreadable is why
    assert {name for name in ("provenance", "sbom") if getattr(found, name) is why} == parts


def test_the_same_in_the_text_that_old_versions_of_cosign_wrote() -> None:
    good, bad = (
        json.dumps({"Data": text}) for text in (json.dumps(SPDX_DOCUMENT), with_what_is_no_json(SPDX_DOCUMENT))
    )
    assert read_sbom(good.encode(), what="it").packages == 1
    with pytest.raises(MalformedError, match="is not JSON"):
        read_sbom(bad.encode(), what="it")


def test_a_list_of_one_element_too_many_is_not_read_in_part() -> None:
    assert len(texts(["a"] * LIST_MAX)) == len(mappings([{}] * LIST_MAX)) == LIST_MAX
    for read_list in (texts, mappings):
        with pytest.raises(OverLimitError, match="LIST_MAX"):
            read_list([None] * (LIST_MAX + 1))


@pytest.mark.parametrize("junk", ["!", "\n", " "])
def test_a_payload_with_other_signs_in_it_is_no_base64(junk: str) -> None:
    """Some readers leave them out, others refuse the envelope."""
    payload = base64.b64encode(b"{}").decode()
    assert Envelope(payload_type=IN_TOTO, payload=payload).body() == b"{}"
    with pytest.raises(MalformedError, match="not base64"):
        Envelope(payload_type=IN_TOTO, payload=payload[:2] + junk + payload[2:]).body()


@pytest.mark.parametrize(("element", "packages"), [("SPDXRef-DOCUMENT", 0), ("SPDXRef-b", 1)])
def test_only_what_the_document_describes_is_its_root(element: str, packages: int) -> None:
    told = {"spdxElementId": element, "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"}
    data = json.dumps(SPDX_DOCUMENT | {"relationships": [told]}).encode()
    assert read_sbom(data, what="it").packages == packages


@pytest.mark.parametrize(("roots", "packages"), [(["a"], 1), (["a", "b"], 2)])
def test_several_roots_are_what_the_document_holds(roots: list[str], packages: int) -> None:
    elements = [{"type": "software_Package", "spdxId": name, "name": name} for name in ("a", "b")]
    graph = [{"type": "SpdxDocument", "rootElement": roots}, *elements]
    data = json.dumps({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}).encode()
    assert read_sbom(data, what="it").packages == packages
