"""What a registry answers: documents, lists, headers; and the login file of Docker."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.errors import ProvenanceBotError
from bot.evidence.attestation_manifests import read_attestations
from bot.evidence.config import read_config
from bot.evidence.document import describe, indent
from bot.oci import tag_list
from bot.oci.ambiguity import noticing
from bot.oci.auth import challenge
from bot.oci.auth.docker_config import parse_config
from bot.oci.catalogue import hub, quay
from bot.oci.documents import read
from bot.oci.hosts import Endpoint, endpoint
from bot.oci.kind import read_manifest
from bot.oci.layout_names import LayoutIndex, entries, find, tags
from bot.oci.manifest import Content, Descriptor, Index
from bot.oci.reference import Reference
from bot.oci.referrer_list import read_referrers
from bot.oci.wire.answers import codes, explained
from bot.oci.wire.messages import RegistryRequest, Response
from bot.oci.wire.pages import next_page
from bot.oci.wire.retry_after import retry_after
from tests.conftest import ROOT, SAMPLES
from tests.fuzz.reader import Loop, Reader, clean_text_of, text_of

if TYPE_CHECKING:
    from bot.oci.caller import Caller

NOW = datetime(2026, 11, 29, tzinfo=UTC)
IMAGE = Reference.parse("quay.io/acme/app:1")
SEED_MAX = 16 * 1024
"""Bytes of a document of the samples that is a seed."""


def blobs(*words: bytes) -> Iterator[bytes]:
    """The documents of the sample images that have one of those words in them, the short ones."""
    folders = (SAMPLES, ROOT / "tests" / "fixtures" / "images")
    seen = set()
    for path in sorted(path for folder in folders for path in folder.glob("*/blobs/sha256/*")):
        if path.name not in seen and path.stat().st_size <= SEED_MAX:
            seen.add(path.name)
            data = path.read_bytes()
            if data[:1] == b"{" and any(word in data for word in words):
                yield data


def _content(data: bytes) -> Content:
    return Content(data, f"sha256:{hashlib.sha256(data).hexdigest()}", "application/vnd.oci.image.index.v1+json")


def _document(data: bytes) -> None:
    with noticing() as notices:
        described = describe(_content(data))
        indent(data)
        if described.is_index:
            _content(data).read(Index)
        assert notices.all is not None


def _manifest(data: bytes) -> None:
    content = _content(data)
    manifest = read_manifest(content)
    for layer in manifest.layers[:10]:
        read_attestations(content, layer, content.digest)


def _attestations(data: bytes) -> None:
    child = Descriptor.model_validate({"digest": f"sha256:{'ab' * 32}", "size": 1})
    read_attestations(_content(data), child, "linux/amd64")


def _layout(data: bytes) -> None:
    listed = entries(read(data, LayoutIndex, what="index.json"))
    tags(listed)
    find(listed, IMAGE)


def _response(data: bytes, **headers: str) -> Response:
    ask = RegistryRequest(registry="quay.io", what="it", url=URL("https://quay.io/v2/acme/app/tags/list?n=1"))
    return Response(ask=ask, status=200, headers=CIMultiDictProxy(CIMultiDict(headers)), body=data)


class _Answers(Struct, frozen=True):
    """A caller that gets the same answer to everything."""

    data: bytes

    def endpoint(self, reference: Reference) -> Endpoint:
        return endpoint(reference.registry, frozenset())

    async def ask(self, ask: RegistryRequest) -> Response:  # noqa: ARG002 - as a caller has it
        return _response(self.data)

    async def call(self, reference: Reference, ask: RegistryRequest, **options: object) -> Response:  # noqa: ARG002
        return _response(self.data)


def _lists(data: bytes) -> None:
    caller = cast("Caller", _Answers(data))
    for work in (
        lambda: tag_list.list_tags(caller, IMAGE),
        lambda: hub.list_tags(caller, IMAGE),
        lambda: hub.list_repositories(caller, IMAGE, "acme"),
        lambda: quay.list_tags(caller, IMAGE, is_known=lambda _: False, whole=True),
        lambda: quay.list_repositories(caller, IMAGE, "acme"),
    ):
        with suppress(ProvenanceBotError):
            Loop.run(work())


def _headers(data: bytes) -> None:
    text = text_of(data)
    challenge.choose([text])
    retry_after(text, NOW)
    next_page(_response(b"", Link=text))


def _refusal(data: bytes) -> None:
    codes(_response(data))
    explained(_response(data))


def _logins(data: bytes) -> None:
    config = parse_config(clean_text_of(data), what="config.json")
    for registry in ("quay.io", "docker.io"):
        config.login(registry, "acme/app")
        config.helper(registry)


_LIST = (
    b'{"name":"acme/app","tags":["1.0","latest"],"results":[{"name":"1.0","namespace":"acme","digest":"sha256:ab"}],'
)
HEADERS = (
    b'Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull"',
    b"Basic realm=x, Bearer realm=y",
    b"120",
    b"Wed, 21 Oct 2026 07:28:00 GMT",
    b'</v2/acme/app/tags/list?n=1&last=a>; rel="next"',
)
LOGINS = b'{"auths":{"https://index.docker.io/v1/":{"auth":"YTpi"}},"credHelpers":{"quay.io":"x"},"credsStore":"y"}'
LAYOUT = (
    b'{"schemaVersion":2,"manifests":[{"digest":"sha256:%s","size":1,"annotations":{"kind":'
    b'"dev.cosignproject.cosign/sigs","org.opencontainers.image.ref.name":"1"}}]}'
)

readers = (
    Reader("oci-document", _document, lambda: blobs(b'"manifests"', b'"layers"')),
    Reader("oci-manifest", _manifest, lambda: blobs(b'"layers"')),
    Reader("oci-attestation-manifest", _attestations, lambda: blobs(b"in-toto")),
    Reader("oci-config", lambda data: read_config(_content(data)), lambda: blobs(b'"rootfs"')),
    Reader("oci-layout-index", _layout, lambda: (*blobs(b'"manifests"'), LAYOUT % (b"ab" * 32))),
    Reader(
        "oci-referrers",
        lambda data: read_referrers(data, what="the referrers", host="quay.io"),
        lambda: blobs(b'"manifests"'),
    ),
    Reader("oci-lists", _lists, lambda: (_LIST + b'"next":"x"}', b'{"repositories":[{"name":"a"}],"next_page":"x"}')),
    Reader("oci-headers", _headers, lambda: HEADERS),
    Reader("oci-refusal", _refusal, lambda: (b'{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}',)),
    Reader("docker-logins", _logins, lambda: (LOGINS,)),
)
