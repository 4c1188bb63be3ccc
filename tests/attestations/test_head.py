"""The head of a statement."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.head import SUBJECTS_BYTES_MAX, read_head
from bot.attestations.scan import SPARSE
from bot.attestations.statement import SLSA_V1
from bot.errors import MalformedError, OverLimitError
from bot.signatures.dsse import verify_statement
from tests.attestations.predicates import DIGEST, statement


def test_type_subjects_and_where_the_predicate_begins() -> None:
    data = statement({"a": [1, 2]})
    head = read_head(data, what="it")
    assert (head.type, head.predicate_type, head.digests) == ("https://in-toto.io/Statement/v1", SLSA_V1, (DIGEST,))
    assert head.predicate is not None
    assert json.loads(data[head.predicate : data.rindex(b"}")]) == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("kind", "provenance", "sbom"),
    [
        ("https://slsa.dev/provenance/v0.2", True, False),
        ("https://slsa.dev/provenance/v7", True, False),
        ("https://in-toto.io/Provenance/v0.1", True, False),
        ("https://spdx.dev/Document", False, True),
        ("https://spdx.dev/Document/v2.3", False, True),
        ("https://cyclonedx.org/bom/v1.6", False, True),
        ("https://slsa.dev/verification_summary/v1", False, False),
        ("https://spdx.dev/Document ", False, False),
        ("https://spdx.dev/Documents", False, False),
        ("https://cyclonedx.org/bom/evil", False, False),
    ],
)
def test_what_the_predicate_type_says(kind: str, provenance: bool, sbom: bool) -> None:  # noqa: FBT001
    head = read_head(statement({}, kind), what="it")
    assert (head.is_provenance, head.is_sbom) == (provenance, sbom)


def test_no_predicate_and_no_subject() -> None:
    document = {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "x", "subject": None}
    head = read_head(json.dumps(document).encode(), what="it")
    assert (head.predicate, head.digests) == (None, ())


@pytest.mark.parametrize(
    "data",
    [
        b"this is not json",
        b"[]",
        b"{}",
        statement({}, _type="https://in-toto.io/Statement/v2"),
        statement({}, ""),
        statement({}, subject={"digest": {}}),
        statement({}, subject=[{"digest": {"sha256": 7}}]),
        statement({}).replace(b'"_type"', b'"type"'),
        statement({}) + b"x",
    ],
)
def test_what_is_no_statement_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError, match="it is"):
        read_head(data, what="it is")


def test_too_many_subjects_are_not_built() -> None:
    many = [{"name": "x" * 1000, "digest": {"sha256": "ab" * 32}}] * 1000
    with pytest.raises(MalformedError, match="at most"):
        read_head(statement({}, subject=many), what="it")


@given(st.binary(max_size=300))
def test_garbage_is_malformed_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_head(data, what="it")


SUBJECT = b'{"name":"a","digest":{"sha256":"' + b"ab" * 32 + b'"}},'


def subjects(one: bytes, count: int, *, lists: int = 1) -> bytes:
    """A statement with so many subjects, in each of so many lists under the same key."""
    whole = b"".join(b'"subject":[' + one * count + SUBJECT[:-1] + b"]," for _ in range(lists))
    kind = b'{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1",'
    return kind + whole + b'"predicate":{}}'


class TestFloods:
    """Each subject takes memory, however short it is: a statement of many short ones is refused unread."""

    def test_as_many_as_fit_are_read(self) -> None:
        count = SUBJECTS_BYTES_MAX // len(SUBJECT) - 1
        assert len(read_head(subjects(SUBJECT, count), what="it").digests) == count + 1

    @pytest.mark.parametrize("one", [b"{},", b'{"digest":{}},', b"[],", b"0,"])
    def test_short_ones_are_counted(self, one: bytes) -> None:
        count = SUBJECTS_BYTES_MAX // SPARSE
        with pytest.raises(OverLimitError, match="values in one place"):
            read_head(subjects(one, count), what="it")
        with pytest.raises(OverLimitError, match="values in one place"):
            verify_statement(subjects(one, count), DIGEST)

    def test_lists_under_one_key_are_counted_together(self) -> None:
        count = SUBJECTS_BYTES_MAX // len(SUBJECT) // 2
        assert len(read_head(subjects(SUBJECT, count - 2, lists=2), what="it").digests) == 2 * count - 2
        with pytest.raises(OverLimitError, match="bytes"):
            read_head(subjects(SUBJECT, count + 2, lists=2), what="it")
