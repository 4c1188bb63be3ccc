"""Large SBOMs are parsed by windows, small ones read one by one: both say the same of the same bytes."""

import json
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attestations.json_syntax import require_json
from bot.attestations.limits import LARGE
from bot.attestations.reading import StatementEvidence, read_statement
from bot.attestations.sbom import Sbom
from bot.attestations.sbom_reading import read_scanned, read_whole_sbom
from bot.attestations.scan import Scan
from bot.attestations.statement import CYCLONEDX, SPDX
from bot.attestations.stepping import BRACKETS_MAX, DEPTH_MAX
from bot.attestations.windows import BUILT_MAX, WINDOW, WindowScan, has_windows
from bot.errors import MalformedError, OverLimitError, RepeatedKeyError
from bot.oci.ambiguity import Twofold, noticing
from tests.attestations.predicates import DIGEST, Json, statement

PADDING: Final = b" " * LARGE
"""Blanks behind a document: they make it large, and change nothing."""

TOLD: Final = StatementEvidence(DIGEST, "", "")
TOKENS: Final = (
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b" ", b"],[", b"},{", b"}],[{", b"1", b"01", b"1e999", b"NaN"),
    *(b"null", b"{}", b'"a":1,', b'"name":"x",', b'"NAME":"x",', b'"purl":"p",', b'"packages":[],', b"\xff", b"\xc3"),
    *(b"\xc3\xa9", b"\\ud800", b"\\u00e9", b"\x00", b"\xef\xbb\xbf", b"9" * 4400, b"[" * 195, b"DESCRIBES", b'\\"'),
)


def spdx(count: int, **more: object) -> Json:
    refs = [{"referenceType": "purl", "referenceLocator": "pkg:apk/alpine/a@1"}, {"referenceType": "cpe23Type"}]
    packages = [{"SPDXID": f"SPDXRef-{at}", "name": f"é{at}", "externalRefs": refs[: at % 3]} for at in range(count)]
    contains = {"spdxElementId": "SPDXRef-1", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-2"}
    describes = {
        "spdxElementId": "SPDXRef-DOCUMENT",
        "relationshipType": "DESCRIBES",
        "relatedSpdxElement": "SPDXRef-0",
    }
    files = [{"SPDXID": f"SPDXRef-File-{at}", "sums": [[{"a": at}]]} for at in range(count)]
    return {
        "spdxVersion": "SPDX-2.3",
        "packages": packages,
        "files": files,
        "relationships": [*[contains] * count, describes],
        "documentDescribes": ["SPDXRef-0"],
        **more,
    }


def cyclonedx(count: int) -> Json:
    nested = [{"type": "library", "name": "inner", "components": [{"name": "innermost"}, None]}, {}]
    components = [
        {"type": "library", "name": f"n{at}", "purl": "pkg:npm/a@1", "components": nested[: at % 3], "hashes": [{}]}
        for at in range(count)
    ]
    metadata = {"component": {"name": "app", "components": nested}, "tools": {"components": [{"name": "syft"}]}}
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": metadata, "components": components}


def spdx3(count: int) -> Json:
    identifiers = [{"externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a"}]
    graph: list[Json] = [
        {"type": "CreationInfo", "created": "2026-11-22", "createdBy": ["urn:x"], "specVersion": "3.0.1"},
        {"type": "SpdxDocument", "name": "image", "rootElement": ["urn:0"]},
    ]
    for at in range(count):
        graph += [
            {"type": "software_Package", "spdxId": f"urn:{at}", "name": "a", "externalIdentifier": identifiers},
            {"type": "Relationship", "from": f"urn:{at}", "to": ["urn:1"]},
        ]
    return {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}


KINDS: Final = {SPDX: (spdx, spdx3), CYCLONEDX: (cyclonedx,)}
MADE: Final = [(make, kind) for kind, makers in KINDS.items() for make in makers]
INDENTS: Final = (None, 1, "\t")


def one_by_one(data: bytes) -> Sbom | type[MalformedError]:
    try:
        require_json(data, what="it")
        return read_scanned(Scan(data, what="it"))
    except MalformedError as error:
        return type(error)


def by_windows(data: bytes) -> Sbom | type[MalformedError]:
    try:
        return read_whole_sbom(data + PADDING, what="it")
    except MalformedError as error:
        return type(error)


@given(
    st.sampled_from(MADE),
    st.integers(0, 40),
    st.sampled_from(INDENTS),
    st.lists(st.tuples(st.integers(0), st.sampled_from(TOKENS), st.integers(0, 300)), max_size=3),
)
@settings(max_examples=300)
def test_changed_sboms_are_read_alike(
    made: tuple[Any, str], count: int, indent: int | str | None, changes: list[tuple[int, bytes, int]]
) -> None:
    data = json.dumps(made[0](count), indent=indent, ensure_ascii=False).encode()
    for at, token, taken in changes:
        place = at % len(data)
        data = data[:place] + token + data[place + taken :]
    assert by_windows(data) == one_by_one(data)


@pytest.mark.parametrize(("make", "kind"), MADE)
@pytest.mark.parametrize("indent", INDENTS)
def test_a_good_statement_is_read_at_once(
    make: Any,  # noqa: ANN401 - one of several functions
    kind: str,
    indent: int | str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = json.dumps(json.loads(statement(make(2_000), kind)), indent=indent).encode()
    expected = one_by_one(json.dumps(make(2_000)).encode())

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    for module in ("json_syntax", "sbom_reading"):  # the first one for who imports it when it is needed
        monkeypatch.setattr(f"bot.attestations.{module}.require_json", never)
    monkeypatch.setattr("bot.attestations.reading.read_head", never)
    found = read_statement(data, DIGEST, TOLD)
    assert isinstance(expected, Sbom)
    assert (found.sbom, found.statement.problem) == (expected, "")
    assert (found.statement.predicate_type, found.statement.subject_matches) == (kind, True)


BAD: Final = {
    "a constant": b"NaN",
    "a number": b"01",
    "digits": b"9" * 4400,
    "half a character": b'"\\ud800"',
    "half a character as bytes": b'"\xed\xa0\x80"',
    "not UTF-8": b'"\xff"',
    "a control character": b'"\x01"',
    "an escape": b'"\\x"',
    "a comma": b"[1,]",
    "a key": b'{"a\x01":1}',
    "a list within a list": b"1], [1",
    "two values": b"1 2",
    "levels": b"[" * DEPTH_MAX + b"]" * DEPTH_MAX,
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("place", ["within", "beside", "key", "behind", "large", "huge"])
def test_what_is_not_json_is_refused_wherever_it_stands(bad: str, place: str) -> None:
    files = [{"id": f"{at}", "sums": "MARK" if at == 100 else [1]} for at in range(200)]
    mark = b'"MARK"'
    if place == "beside":
        data = json.dumps(spdx(200, unknown="MARK")).encode()
    elif place == "behind":
        data = json.dumps(spdx(200)).encode()[:-1] + b', "z": "MARK"}'
    elif place == "large":
        data = json.dumps(spdx(9, files=["MARK", "x" * 3 * WINDOW])).encode()
    elif place == "huge":
        data = json.dumps(spdx(9, unknown={"a": "MARK", "b": "x" * BUILT_MAX})).encode()
    elif place == "key":
        data = json.dumps(spdx(200, files=files)).encode().replace(b'"sums": "MARK"', b'"MARK": 1')
    else:
        data = json.dumps(spdx(200, files=files)).encode()
    assert isinstance(by_windows(data), Sbom)
    with pytest.raises(MalformedError):
        read_whole_sbom(data.replace(mark, BAD[bad]) + PADDING, what="it")
    broken = data.replace(mark, BAD[bad]) + PADDING
    with pytest.raises(MalformedError):
        strictly(broken)


def strictly(data: bytes) -> None:
    """As `read_whole_sbom` tries it first."""
    scan = WindowScan(data, what="it", strict=True)
    read_scanned(scan)
    scan.end()


def test_a_list_that_ends_within_a_window_is_not_two_lists() -> None:
    data = json.dumps(spdx(200)).encode()
    twice = data.replace(b'"SPDXRef-File-100"', b'"x"}], [{"SPDXID": "SPDXRef-File-100"')
    assert by_windows(data) == one_by_one(data)
    assert by_windows(twice) is MalformedError


@pytest.mark.parametrize("levels", [DEPTH_MAX - 2, DEPTH_MAX - 1])
def test_depth_is_bounded_within_windows(levels: int) -> None:
    """The document, its list, and so many levels in an element of it."""
    deep = "MARK"
    data = json.dumps(spdx(50, files=[{"id": at, "deep": deep if at == 25 else 1} for at in range(50)])).encode()
    data = data.replace(b'"MARK"', b"[" * (levels - 1) + b"]" * (levels - 1))
    scan = WindowScan(data + PADDING, what="it", strict=True)
    if levels + 2 <= DEPTH_MAX:
        assert read_scanned(scan).packages
    else:
        with pytest.raises(OverLimitError, match="DEPTH_MAX"):
            read_scanned(scan)


def test_a_document_that_may_have_too_many_brackets_has_no_windows() -> None:
    assert has_windows(b"[" * BRACKETS_MAX)
    assert not has_windows(b"[" * (BRACKETS_MAX + 1))
    assert not has_windows(b"[" * 100)


@pytest.mark.parametrize(("make", "kind"), [(cyclonedx, CYCLONEDX), (spdx3, SPDX)])
@pytest.mark.parametrize(
    ("written", "noted"),
    [(b'"x-y": 1, "x-y": 2, ', Twofold.REPEATED_KEY), (b'"NAME": "other", ', Twofold.FOLDED_KEY)],
)
def test_what_two_readers_read_differently_is_noted_in_a_window(
    make: Any,  # noqa: ANN401 - one of several functions
    kind: str,
    written: bytes,
    noted: Twofold,
) -> None:
    data = statement(make(500), kind)
    at = data.index(b'"type": ', len(data) // 2)
    with noticing() as notices:
        found = read_statement(data[:at] + written + data[at:] + PADDING, DIGEST, TOLD)
    assert found.sbom == read_statement(data, DIGEST, TOLD).sbom
    assert {one.kind for one in notices.all} == {noted}


@pytest.mark.parametrize("make", [cyclonedx, spdx3])
def test_a_wanted_key_that_stands_twice_in_an_element_is_refused(make: Any) -> None:  # noqa: ANN401
    data = json.dumps(make(500)).encode()
    at = data.index(b'"type": ', len(data) // 2)
    changed = (
        data[:at] + b'"name": "other", ' + data[at:] if make is cyclonedx else data[:at] + b'"type": 1, ' + data[at:]
    )
    assert by_windows(changed) is one_by_one(changed) is RepeatedKeyError


def test_what_is_ambiguous_in_a_document_that_is_refused_is_not_noted_twice_over() -> None:
    """Nothing of the first attempt is kept when the document turns out to be wrong."""
    data = statement(cyclonedx(500), CYCLONEDX)
    at = data.index(b'"type": ', len(data) // 2)
    with noticing() as notices:
        found = read_statement(
            data[:at] + b'"x": 1, "x": 2, ' + data[at:-9] + b"NaN" + data[-9:] + PADDING, DIGEST, TOLD
        )
    assert found.statement.problem
    assert notices.all == ()
