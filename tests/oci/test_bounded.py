"""Documents of very many values: how much of them is parsed, counted in parses and never in seconds."""

import json
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import pydantic_core
import pytest

from bot.errors import OverLimitError, TooLargeError
from bot.evidence.config import ConfigDocument
from bot.oci import documents, manifest, tally
from bot.oci.ambiguity import noticing
from bot.oci.bounded import DOCUMENT_VALUES_MAX, VALUE_BYTES
from bot.oci.kind import open_document
from bot.oci.manifest import Content, Index, Manifest
from bot.oci.reference import fallback_tag
from bot.oci.referrer_list import is_list
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import at, opened
from tests.registry_faults import Body, Status
from tests.registry_shelf import OCI_INDEX

P = ParamSpec("P")
R = TypeVar("R")

DIGEST: Final = "sha256:" + "cd" * 32
CONFIG: Final = b'"config":{"digest":"sha256:' + b"ab" * 32 + b'","size":1}'

FLOODS: Final = {
    "numbers": b'{"layers":[' + b"0," * 1_900_000 + b"0]}",
    "keys": b"{" + b",".join(b'"%d":0' % number for number in range(DOCUMENT_VALUES_MAX + 1)) + b"}",
    "annotations": b'{"annotations":{' + b",".join([b'"a":""'] * (DOCUMENT_VALUES_MAX + 1)) + b"}}",
    "objects": b'{"manifests":[' + b"{}," * DOCUMENT_VALUES_MAX + b"{}]}",
    "lists": b'{"x":[' + b"[]," * DOCUMENT_VALUES_MAX + b"[]]}",
}
READERS: Final[dict[str, Callable[[Content], object]]] = {
    "kind": open_document,
    "index or not": lambda content: content.is_index,
    "index": lambda content: content.read(Index),
    "manifest": lambda content: content.read(Manifest),
    "configuration": lambda content: content.read(ConfigDocument),
}


class Parses:
    """How many times JSON was parsed."""

    count = 0


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Parses:
    counted = Parses()

    def counting(parse: Callable[P, R]) -> Callable[P, R]:
        def counts(*arguments: P.args, **more: P.kwargs) -> R:
            counted.count += 1
            return parse(*arguments, **more)

        return counts

    monkeypatch.setattr(pydantic_core, "from_json", counting(pydantic_core.from_json))
    monkeypatch.setattr(json, "loads", counting(json.loads))
    return counted


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("reader", READERS)
def test_what_has_too_many_values_is_not_parsed_once(flood: str, reader: str, parses: Parses) -> None:
    with noticing(), pytest.raises(OverLimitError, match=f"DOCUMENT_VALUES_MAX = {DOCUMENT_VALUES_MAX}"):
        READERS[reader](Content(FLOODS[flood], DIGEST))
    assert parses.count == 0


def test_the_values_of_a_document_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check asks five times, and counting four megabytes of commas takes longer than refusing them."""
    counted: list[bytes] = []

    def count(data: bytes) -> int:
        counted.append(data)
        return len(data)

    monkeypatch.setattr(manifest, "count_values", count)
    content = Content(FLOODS["numbers"], DIGEST)
    for read in READERS.values():
        with pytest.raises(OverLimitError):
            read(content)
    assert len(counted) == 1


def test_an_artifact_of_thousands_of_layers_is_read() -> None:
    layer = b'{"mediaType":"text/plain","digest":"sha256:' + b"ab" * 32 + b'","size":1,"annotations":{"title":"a"}}'
    data = b"{" + CONFIG + b',"layers":[' + b",".join([layer] * 8_000) + b"]}"
    assert len(Content(data, DIGEST).read(Manifest).layers) == 8_000


def test_a_large_text_in_an_annotation_is_read() -> None:
    data = b"{" + CONFIG + b',"annotations":{"a":"' + b"x" * 1_000_000 + b'"}}'
    assert len(Content(data, DIGEST).read(Manifest).annotations["a"]) == 1_000_000


@pytest.mark.parametrize(
    "text", [b'"' + b"x" * 1_000_000 + b'"', b"[" + b"0," * 40_000 + b"0]"], ids=["bytes", "values"]
)
def test_the_documents_of_one_check_have_a_bound_together(text: bytes, parses: Parses) -> None:
    """Each is parsed by several parts of a check, and each of 200 requests may bring one."""
    data = b"{" + CONFIG + b',"layers":[],"x":' + text + b"}"
    once = data.count(b",") + data.count(b"[") + data.count(b"{") + len(data) // VALUE_BYTES
    with tally.counting() as counts:
        counts.require_few_values()
        for _ in range(tally.CHECK_VALUES_MAX // once):
            Content(data, DIGEST).read(Manifest)
        counts.require_few_values()
        before = parses.count
        for _ in range(2):
            with pytest.raises(OverLimitError, match=f"CHECK_VALUES_MAX = {tally.CHECK_VALUES_MAX}"):
                Content(data, DIGEST).read(Manifest)
        assert parses.count == before
        with pytest.raises(TooLargeError, match="CHECK_VALUES_MAX"):
            counts.require_few_values()
    with tally.counting():
        Content(data, DIGEST).read(Manifest)


def test_the_parts_of_a_check_share_its_bound() -> None:
    data = b'{"x":[' + b"0," * 40_000 + b"0]}"
    with tally.counting() as whole:
        with tally.counting(searching=DIGEST):
            _parse_often(data, tally.CHECK_VALUES_MAX // 45_000)
        with pytest.raises(OverLimitError):
            _parse_often(data, 4)
        with pytest.raises(TooLargeError):
            whole.require_few_values()


def _parse_often(data: bytes, count: int) -> None:
    for _ in range(count):
        Content(data, DIGEST).parse()


@pytest.mark.parametrize("content_type", [OCI_INDEX, "application/json"])
async def test_a_list_of_referrers_with_too_many_values_is_not_an_empty_one(content_type: str) -> None:
    body = b'{"schemaVersion":2,"manifests":[],"x":[' + b"0," * DOCUMENT_VALUES_MAX + b"0]}"
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        fake.fault("/referrers/", Body(body, {"Content-Type": content_type}))
        with pytest.raises(TooLargeError, match="DOCUMENT_VALUES_MAX"):
            await registry.referrers(at(fake).at(image))


async def test_neither_is_one_under_the_fallback_tag() -> None:
    body = b'{"schemaVersion":2,"manifests":[],"x":[' + b"0," * DOCUMENT_VALUES_MAX + b"0]}"
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        fake.push_manifest("demo/app", body, tag=fallback_tag(image))
        with pytest.raises(TooLargeError, match="DOCUMENT_VALUES_MAX"):
            await registry.referrers(at(fake).at(image))


def test_the_parser_is_the_one_that_is_counted(parses: Parses) -> None:
    documents.parse(b"{}", what="it")
    assert parses.count == 1


@pytest.mark.parametrize("is_there", [True, False])
async def test_the_bytes_of_one_check_have_a_bound_together(*, is_there: bool) -> None:
    """Also those that explain why something is not there: a registry has a thousand tags of that."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        if not is_there:
            fake.fault("/manifests/", Status(404, b"{" + b" " * 60_000))
        with tally.counting() as counted:
            counted.received = tally.CHECK_BYTES_MAX
            with pytest.raises(TooLargeError, match="CHECK_BYTES_MAX"):
                await registry.manifest(at(fake))


def test_an_answer_of_too_many_values_is_not_parsed_to_see_whether_it_is_a_list() -> None:
    body = b'{"schemaVersion":2,"manifests":[],"x":[' + b"0," * DOCUMENT_VALUES_MAX + b"0]}"
    with pytest.raises(TooLargeError, match="DOCUMENT_VALUES_MAX"):
        is_list(body, what="an answer", host="quay.io")
