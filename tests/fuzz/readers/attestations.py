"""Statements: provenance, SBOMs, plain and in envelopes; what is exposed in them."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress

from bot.attestations.head import read_head
from bot.attestations.limits import LARGE
from bot.attestations.packages_reading import read_packages
from bot.attestations.provenance import Exposed, Provenance, RecordPlace
from bot.attestations.reading import StatementEvidence, read_envelope, read_statement
from bot.attestations.sbom_reading import read_sbom, read_whole_sbom
from bot.attestations.secrets import leaks_in, shown
from bot.attestations.slsa import read_provenance
from bot.attestations.statement import SLSA_V1, Statement
from bot.errors import ProvenanceBotError
from bot.oci.documents import read
from tests.attestations.predicates import BUILT, statement, v02, v1
from tests.fuzz.reader import Reader, clean_text_of
from tests.fuzz.readers.oci import blobs
from tests.private_sigstore import b64

TAGGED = b"SPDXVersion: SPDX-2.3\nDocumentName: app\nPackageName: musl\nSPDXID: SPDXRef-a\nPackageVersion: 1\n"
SPDX3 = (
    b'{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"software_Package",'
    b'"spdxId":"a","name":"musl","software_packageVersion":"1","creationInfo":"_:b"},{"type":"SpdxDocument",'
    b'"rootElement":["a"],"name":"app"}]}'
)
CYCLONEDX = (
    b'{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"name":"app"},"tools":{"components":'
    b'[{"name":"syft","version":"1"}]}},"components":[{"name":"musl","version":"1","purl":"pkg:apk/alpine/musl@1",'
    b'"components":[{"name":"inner"}]}]}'
)
SPDX = (
    b'{"spdxVersion":"SPDX-2.3","name":"app","creationInfo":{"creators":["Tool: syft"]},"packages":[{"name":"musl",'
    b'"SPDXID":"SPDXRef-a","versionInfo":"1","externalRefs":[{"referenceType":"purl","referenceLocator":'
    b'"pkg:apk/alpine/musl@1"}]}],"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":'
    b'"DESCRIBES","relatedSpdxElement":"SPDXRef-a"}],"documentDescribes":["SPDXRef-a"]}'
)
SBOMS = (SPDX, SPDX3, CYCLONEDX, b'{"Data":%s}' % SPDX, b'{"Data":"%s"}' % TAGGED.replace(b"\n", b"\\n"))


def _statement(data: bytes) -> None:
    about = _subject(data)
    told = StatementEvidence("sha256:" + hashlib.sha256(data).hexdigest(), "sha256:", "")
    found = read_statement(data, about, told).provenance
    if isinstance(found, Provenance):
        for exposed in found.exposed:
            list(leaks_in(exposed))


def _subject(data: bytes) -> str:
    """A digest that the statement is about, so that the rest of it is read, too."""
    with suppress(ProvenanceBotError):
        return next(iter(read_head(data, what="it").digests), "")
    return ""


def _envelope(data: bytes) -> None:
    told = StatementEvidence("sha256:" + "ab" * 32, "sha256:", "")
    read_envelope(data, "sha256:" + "ab" * 32, told)


def _secrets(data: bytes) -> None:
    text = clean_text_of(data)
    list(leaks_in(Exposed(RecordPlace.BUILD_ARGUMENT, text[:20], text)))
    shown(text)


def _provenance(data: bytes) -> None:
    read_provenance(read(data, Statement, what="it"))


def _statements() -> Iterator[bytes]:
    yield from blobs(b"in-toto.io/Statement")
    request = {"args": {"build-arg:A": "ghp_1"}, "secrets": [{"id": "x"}]}
    yield statement(v1(request=request, internal={"buildConfig": BUILT}), SLSA_V1)
    yield statement(v02(materials=[{"uri": "pkg:docker/a@1"}], buildConfig=BUILT), "https://slsa.dev/provenance/v0.2")
    for kind in ("https://spdx.dev/Document", "https://cyclonedx.org/bom"):
        yield from (statement(json.loads(sbom), kind) for sbom in SBOMS[:3])


def _envelopes() -> Iterator[bytes]:
    for one in _statements():
        made = {"payloadType": "application/vnd.in-toto+json", "payload": b64(one), "signatures": [{"sig": "eA=="}]}
        yield json.dumps(made).encode()


def _longer(sbom: bytes) -> bytes:
    """With so many elements in each list that it has windows; blanks behind it make it large."""
    document = json.loads(sbom)
    longer = {key: value * 9 if isinstance(value, list) else value for key, value in document.items()}
    return json.dumps(longer).encode()


readers = (
    Reader("statement", _statement, _statements),
    Reader("statement-envelope", _envelope, _envelopes),
    Reader("provenance", _provenance, _statements),
    Reader("secrets", _secrets, lambda: (b"TOKEN=ghp_fakeFAKEfakeFAKEfakeFAKEfakeFAKE0000 curl -u a:b https://c:d@e",)),
    Reader("sbom", lambda data: read_sbom(data, what="it"), lambda: SBOMS),
    Reader("sbom-large", lambda data: read_whole_sbom(data + b" " * LARGE, what="it"), lambda: map(_longer, SBOMS[:3])),
    Reader("sbom-packages", lambda data: read_packages(data, what="it"), lambda: SBOMS),
)
