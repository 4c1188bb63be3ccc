"""Documents of registries as strangers write them: nulls, values of another kind, too much of everything."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.oci.documents import Wire, read
from bot.oci.manifest import INDEX_ENTRIES_MAX, Content, Index, Manifest

DIGEST = "sha256:" + "ab" * 32
CHILD: dict[str, Any] = {"digest": DIGEST, "size": 7}


def index(document: object) -> Index:
    return read(json.dumps(document), Index, what="index")


def test_null_is_what_go_writes_where_nothing_is() -> None:
    platform = {"os": "linux", "architecture": "arm", "variant": None, "os.version": None}
    child = CHILD | {"mediaType": None, "platform": platform, "annotations": None, "artifactType": None}
    found = index({"mediaType": None, "artifactType": None, "subject": None, "annotations": None, "manifests": [child]})
    assert str(found.manifests[0].platform) == "linux/arm"
    assert found == index({"manifests": [CHILD | {"platform": {"os": "linux", "architecture": "arm"}}]})
    assert index({"manifests": None}) == index({})
    assert index({"annotations": {"a": None, "b": "c"}}).annotations == {"b": "c"}
    bare = {"config": CHILD, "layers": None, "subject": None, "annotations": None}
    assert read(json.dumps(bare), Manifest, what="manifest").layers == ()


@pytest.mark.parametrize(
    "document",
    [
        {"manifests": [None]},
        {"manifests": [{"digest": None, "size": 7}]},
        {"manifests": [{"digest": DIGEST, "size": None}]},
        {"manifests": [{"digest": DIGEST, "size": -1}]},
        {"manifests": [{"digest": DIGEST, "size": 1.5}]},
        {"manifests": [{"digest": DIGEST.upper(), "size": 7}]},
        {"manifests": [{"digest": DIGEST + "\n", "size": 7}]},
        {"manifests": {"digest": DIGEST, "size": 7}},
        {"annotations": {"a": 1}},
        {"annotations": ["a"]},
        [],
        None,
        "index",
    ],
)
def test_what_is_no_index_is_malformed(document: object) -> None:
    with pytest.raises(MalformedError, match="index"):
        index(document)


def test_an_index_of_too_many_manifests_names_the_limit() -> None:
    assert len(index({"manifests": [CHILD] * INDEX_ENTRIES_MAX}).manifests) == INDEX_ENTRIES_MAX
    with pytest.raises(MalformedError, match="it lists 257 manifests, INDEX_ENTRIES_MAX is 256"):
        index({"manifests": [CHILD] * (INDEX_ENTRIES_MAX + 1)})


def test_our_own_words_for_a_key_are_none_of_the_document() -> None:
    assert index({"media_type": "a", "manifests": [CHILD | {"artifact_type": "b"}]}) == index({"manifests": [CHILD]})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"manifests":' * 100_000,
        b'{"annotations": {"a": "\\ud800"}}',
        b'{"size": ' + b"1" * 5_000 + b"}",
        b'{"manifests": [{"size": NaN}]}',
        b"{} {}",
    ],
)
def test_what_is_no_json_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Content(data, DIGEST).read(Index)


@given(st.binary(max_size=60))
def test_garbage_is_malformed_and_nothing_worse(data: bytes) -> None:
    with suppress(MalformedError):
        Content(data, DIGEST).read(Index)


class _Unnamed(Wire):
    size: int


@pytest.mark.parametrize(
    ("model", "told"), [(Index, "is not a valid index: manifests: "), (_Unnamed, "is not valid: size: ")]
)
def test_a_message_has_no_name_from_the_code(model: type[Wire], told: str) -> None:
    with pytest.raises(MalformedError, match=f"^{DIGEST} {told}"):
        Content(b'{"manifests": 1}', DIGEST).read(model)
