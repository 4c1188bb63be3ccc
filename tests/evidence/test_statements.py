"""One attestation's bytes, whatever they are."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations import sbom_reading
from bot.attestations.head import COSIGN_CUSTOM
from bot.attestations.reading import Reading, StatementEvidence, read_envelope, read_statement
from bot.attestations.sbom import Sbom
from bot.attestations.statement import CYCLONEDX, SLSA_V1, SPDX
from bot.evidence import Unreadable
from bot.unreadable import UnknownReason
from tests.attestations.predicates import DIGEST, base64, statement, v1

TOLD = StatementEvidence("sha256:" + "1" * 64, "sha256:" + "2" * 64, SLSA_V1, SLSA_V1)


def read(data: bytes) -> Reading:
    return read_statement(data, DIGEST, TOLD)


def test_provenance_sbom_and_others() -> None:
    assert getattr(read(statement(v1())).provenance, "mode", None) == "min"
    assert getattr(read(statement({"bomFormat": "CycloneDX"}, CYCLONEDX + "/v1.6")).sbom, "format", "") == "cyclonedx"
    other = read(statement({"a": 1}, "https://openvex.dev/ns/v0.2.0"))
    assert (other.provenance, other.sbom, other.statement.problem) == (None, None, "")
    assert other.statement.predicate_type == "https://openvex.dev/ns/v0.2.0"


def test_an_sbom_that_is_none_is_a_problem_and_its_subject_is_kept() -> None:
    found = read(statement({"not": "an SBOM"}, SPDX))
    assert "neither" in found.statement.problem
    assert (found.statement.subject_matches, found.sbom) == (True, None)


@pytest.mark.parametrize("data", [b"not JSON", b"[]", b"{}", statement({"not": "an SBOM"}, SPDX)])
def test_a_problem_names_the_layer(data: bytes) -> None:
    assert TOLD.digest in read(data).statement.problem


def test_what_cosign_calls_custom_may_be_an_sbom_or_anything() -> None:
    document = {"Data": json.dumps({"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}]})}
    assert isinstance(read(statement(document, COSIGN_CUSTOM)).sbom, Sbom)
    for predicate in ({"Data": "vulnerabilities"}, {}, None, "text"):
        found = read(statement(predicate, COSIGN_CUSTOM))
        assert (found.sbom, found.statement.problem) == (None, "")


def test_what_cosign_calls_custom_and_is_over_our_limits_may_be_an_sbom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbom_reading, "LEGACY_MAX", 100)
    found = read(statement({"Data": "SPDXVersion: SPDX-2.3\n" + "PackageName: a\n" * 100}, COSIGN_CUSTOM))
    assert isinstance(found.sbom, Unreadable)
    assert found.sbom.code is UnknownReason.OVER_LIMIT
    assert TOLD.digest in found.sbom.reason


def test_an_empty_provenance_predicate_is_provenance_that_contradicts_itself() -> None:
    found = read(statement({})).provenance
    assert getattr(found, "inconsistencies", ())


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        (statement(v1(builder="b" * 9_000)), "TEXT_MAX = 8192"),
        (statement(v1(materials=[{}] * 20_001)), "LIST_MAX = 20000"),
        (statement(v1(internal={"a": [0] * 500_000})), "VALUES_MAX = 500000"),
        (b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}", "DEPTH_MAX = 200"),
    ],
)
def test_more_than_we_read_is_unreadable_and_names_the_limit(data: bytes, limit: str) -> None:
    found = read(data)
    assert found.statement.problem == ""
    assert found.statement.unreadable is not None
    assert found.statement.unreadable.code is UnknownReason.OVER_LIMIT
    assert limit in found.statement.unreadable.reason
    assert TOLD.digest in found.statement.unreadable.reason
    assert isinstance(found.provenance, Unreadable)
    assert found.sbom is None


def test_another_image_is_not_read_further() -> None:
    found = read(statement({"not": "an SBOM"}, SPDX, about="sha256:" + "cd" * 32))
    assert (found.statement.subject_matches, found.statement.problem) == (False, "")


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_an_envelope_of_either_alphabet(encode: Callable[[bytes], bytes]) -> None:
    data = statement(v1(builder="??>>~~"))
    assert encode(data) != b64encode(data) or encode is b64encode
    envelope = {"payloadType": "application/vnd.in-toto+json", "payload": encode(data).decode(), "signatures": []}
    found = read_envelope(json.dumps(envelope).encode(), DIGEST, TOLD)
    assert getattr(found.provenance, "builder_id", "") == "??>>~~"


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:_typesubjct01 ', max_size=120).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    assert read(data).statement.problem
    assert read_envelope(data, DIGEST, TOLD).statement.problem


@given(st.binary(max_size=100))
def test_any_payload_in_an_envelope(payload: bytes) -> None:
    envelope = {"payloadType": "x", "payload": base64(payload.decode("latin-1")), "signatures": []}
    assert read_envelope(json.dumps(envelope).encode(), DIGEST, TOLD).statement.problem
