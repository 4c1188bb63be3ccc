"""What a document is: by its shape, and by everybody who claims to know; and documents that are written twice."""

import json

import pytest

from bot.errors import MalformedError, OverLimitError
from bot.oci.ambiguity import KEY_MAX, NOTICES_MAX, Ambiguity, Twofold, noticing, reading
from bot.oci.bounded import DOCUMENT_VALUES_MAX
from bot.oci.kind import Opened, open_document
from bot.oci.manifest import (
    DOCKER_INDEX,
    DOCKER_MANIFEST,
    OCI_INDEX,
    OCI_MANIFEST,
    Content,
    Index,
    Manifest,
)

DIGEST = "sha256:" + "ab" * 32
CHILD = {"digest": DIGEST, "size": 7}
SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"


def opened(document: object, media_type: str = "", described: str = "") -> tuple[Opened, tuple[Ambiguity, ...]]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    with noticing() as notices:
        found = open_document(Content(data, DIGEST, media_type), described)
    return found, notices.all


@pytest.mark.parametrize("media_type", [OCI_INDEX, DOCKER_INDEX, "", "text/plain", OCI_INDEX.upper()])
@pytest.mark.parametrize("said", [OCI_INDEX, DOCKER_INDEX, ""])
def test_an_index(media_type: str, said: str) -> None:
    found, notices = opened({"mediaType": said, "manifests": []}, media_type, media_type)
    assert (found, notices) == (Opened(is_index=True, is_manifest=False, said=said), ())


@pytest.mark.parametrize("media_type", [OCI_MANIFEST, DOCKER_MANIFEST, "", "application/json; charset=utf-8"])
@pytest.mark.parametrize("document", [{"config": CHILD, "layers": []}, {"config": CHILD}, {"layers": []}, {}])
def test_a_manifest(media_type: str, document: object) -> None:
    found, notices = opened(document, media_type)
    assert (found, notices) == (Opened(is_index=False, is_manifest=True), ())


@pytest.mark.parametrize("key", ["config", "layers", "fsLayers", "history", "Config", "LAYERS", "layer\u017f"])
@pytest.mark.parametrize("value", [None, [], {}, "x"])
@pytest.mark.parametrize("said", [OCI_INDEX, OCI_MANIFEST, ""])
def test_index_and_manifest_in_one(key: str, value: object, said: str) -> None:
    """CVE-2021-41190: containerd refuses such a document by its keys, whatever stands under them."""
    found, notices = opened({"mediaType": said, "manifests": [], key: value}, OCI_INDEX)
    assert found.is_index
    assert Twofold.INDEX_AND_MANIFEST in {one.kind for one in notices}
    assert notices[0].document == DIGEST


@pytest.mark.parametrize(
    ("header", "said", "described"),
    [
        (OCI_MANIFEST, "", ""),
        ("", OCI_MANIFEST, ""),
        ("", "", OCI_MANIFEST),
        (OCI_INDEX, DOCKER_MANIFEST, OCI_INDEX),
        (SCHEMA_1, "", ""),
        ("Application/vnd.oci.image.MANIFEST.v1+json", "", ""),
        (OCI_MANIFEST + "; charset=utf-8", "", ""),
    ],
)
def test_whoever_disagrees_about_the_kind_is_told(header: str, said: str, described: str) -> None:
    found, notices = opened({"mediaType": said, "manifests": []}, header, described)
    assert found.is_index
    (one,) = notices
    assert (one.kind, one.key) == (Twofold.MEDIA_TYPES, "mediaType")
    assert "its keys are those of an index" in one.detail


def test_a_document_without_a_shape_that_is_called_two_things() -> None:
    found, notices = opened({"mediaType": OCI_INDEX}, OCI_MANIFEST)
    assert (found.is_index, found.is_manifest) == (True, True)
    assert [one.kind for one in notices] == [Twofold.MEDIA_TYPES]


@pytest.mark.parametrize(
    "document", [[], None, 1, b"\xef\xbb\xbf{}", b"{} {}", b'{"\\ud800": 1}', b"\xff", b'{"a": NaN}']
)
def test_what_is_not_an_object_is_malformed(document: object) -> None:
    """A byte order mark, something that follows, half a surrogate: readers differ, and so nobody here reads it."""
    with pytest.raises(MalformedError):
        opened(document)


@pytest.mark.parametrize("document", [{"schemaVersion": 1, "fsLayers": []}, {"schemaVersion": 1}, {"fsLayers": []}])
def test_schema_1_is_too_old(document: object) -> None:
    with pytest.raises(MalformedError, match="too old"):
        opened(document)


def test_lists_under_equal_keys_are_put_together() -> None:
    """The reading that shows most."""
    data = b'{"manifests": [%s], "Manifests": [%s], "manifests": [%s]}'
    one, two, three = [json.dumps({"digest": f"sha256:{digit * 64}", "size": 1}).encode() for digit in "abc"]
    with noticing() as notices:
        index = Content(data % (one, two, three), DIGEST).read(Index)
    assert {child.digest[-1] for child in index.manifests} == {"a", "b", "c"}
    assert {(found.kind, found.key) for found in notices.all} == {
        (Twofold.REPEATED_KEY, "manifests"),
        (Twofold.FOLDED_KEY, "Manifests"),
    }


@pytest.mark.parametrize("key", ["Config", "CONFIG", "con\ufb01g", "confi\u0261"])
def test_a_key_in_another_case_alone_is_read_and_told(key: str) -> None:
    with noticing() as notices:
        try:
            manifest = Content(json.dumps({key: CHILD}).encode(), DIGEST).read(Manifest)
        except MalformedError:
            assert key == "confi\u0261"  # a letter that only looks alike
            return
    assert manifest.config.digest == DIGEST
    assert [(one.kind, one.key) for one in notices.all] == [(Twofold.FOLDED_KEY, key)]


def test_keys_of_maps_may_differ_in_case_and_not_be_equal() -> None:
    labels = json.dumps({"manifests": [], "annotations": {"a": "1", "A": "2", "manifests": "3"}}).encode()
    with noticing() as quiet:
        Content(labels, DIGEST).read(Index)
    assert quiet.all == ()
    with noticing() as notices:
        Content(labels.replace(b'"A"', b'"a"'), DIGEST).read(Index)
    assert [(found.kind, found.key) for found in notices.all] == [(Twofold.REPEATED_KEY, "a")]


def test_what_no_verdict_rests_on_is_not_looked_at() -> None:
    twice = b'{"manifests": [], "manifests": []}'
    with noticing() as notices, reading(""):
        Index.model_validate({"manifests": [], "Manifests": []})
    assert notices.all == ()
    assert Content(twice, DIGEST).read(Index).manifests == ()  # and nobody listens


def test_a_document_of_very_many_objects_is_not_built() -> None:
    document = b'{"manifests": [], "x": [' + b"{}," * (DOCUMENT_VALUES_MAX // 2) + b"{}]}"
    for read in (open_document, lambda content: content.read(Index)):
        with pytest.raises(OverLimitError, match="DOCUMENT_VALUES_MAX"):
            read(Content(document, DIGEST))


def test_a_flood_of_ambiguities_is_cut() -> None:
    many = ",".join(f'"{"k" * KEY_MAX}{number}":1,"{"k" * KEY_MAX}{number}":2' for number in range(NOTICES_MAX * 3))
    few = ",".join(f'"{number}":1,"{number}":2' for number in range(NOTICES_MAX * 3))
    with noticing() as notices:
        Content(f'{{"manifests":[],"x":{{{many}}},"y":{{{few}}}}}'.encode(), DIGEST).read(Index)
    assert len(notices.all) == NOTICES_MAX
    assert all(len(one.key) <= KEY_MAX for one in notices.all)


def test_a_document_is_parsed_once_and_its_doubts_are_told_of_each_image() -> None:
    twice = Content(b'{"layers": [], "layers": [], "config": {"digest": "%b", "size": 7}}' % DIGEST.encode(), DIGEST)
    told = []
    for _ in range(2):
        with noticing() as notices:
            first = twice.read(Manifest)
            assert twice.read(Manifest) is first
            told.append(notices.all)
    assert told == [(Ambiguity(Twofold.REPEATED_KEY, DIGEST, "layers"),)] * 2


def test_a_document_that_was_read_by_nobody_in_particular_is_looked_through_again() -> None:
    twice = Content(b'{"manifests": [], "manifests": []}', DIGEST)
    assert twice.parse() == {"manifests": []}
    with noticing() as notices:
        assert twice.parse() == {"manifests": []}
    assert [one.kind for one in notices.all] == [Twofold.REPEATED_KEY]


def test_a_document_that_is_not_valid_is_so_each_time() -> None:
    broken = Content(b'{"layers": 1}', DIGEST)
    for _ in range(2):
        with pytest.raises(MalformedError):
            broken.read(Manifest)
