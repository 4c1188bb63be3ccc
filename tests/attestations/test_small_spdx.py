"""A small statement in SPDX is parsed once, and what is said of it is what a walk over its bytes would say."""

import json
from typing import Any, Final

import pytest

from bot.attestations import head
from bot.attestations.reading import Reading, StatementEvidence, read_statement
from bot.attestations.sbom import Sbom
from bot.attestations.scan import Scan
from bot.attestations.statement import SPDX
from bot.oci.ambiguity import Ambiguity, noticing
from tests.making import digest

IMAGE: Final = digest("image")
TOLD: Final = StatementEvidence(digest("layer"), digest("manifest"), "", size=1)
ROOT: Final = {"SPDXID": "SPDXRef-root", "name": "app"}
PACKAGES: Final = [
    ROOT,
    {
        "SPDXID": "SPDXRef-1",
        "name": "musl",
        "versionInfo": "1.2.5",
        "sourceInfo": "acquired package info from APK DB: lib/apk/db/installed",
        "externalRefs": [
            {"referenceType": "purl", "referenceLocator": "pkg:apk/alpine/musl@1.2.5?distro=alpine-3.22"},
            {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:musl:musl:1.2.5:*:*:*:*:*:*:*"},
        ],
    },
    {"SPDXID": "SPDXRef-2", "name": "NOASSERTION", "versionInfo": ""},
    {"SPDXID": "SPDXRef-os", "name": "alpine", "versionInfo": "3.22", "primaryPackagePurpose": "OPERATING_SYSTEM"},
]
DESCRIBES: Final = {
    "spdxElementId": "SPDXRef-DOCUMENT",
    "relationshipType": "DESCRIBES",
    "relatedSpdxElement": "SPDXRef-root",
}
DOCUMENT: Final[dict[str, Any]] = {
    "spdxVersion": "SPDX-2.3",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": "app",
    "creationInfo": {"creators": ["Tool: syft-1.0"], "created": "2026-11-30T00:00:00Z"},
    "packages": PACKAGES,
    "files": [{"SPDXID": "SPDXRef-f", "fileName": "a"}],
    "relationships": [DESCRIBES, {"relationshipType": "CONTAINS"}],
}


def text(predicate: str, kind: str = SPDX, more: str = "") -> str:
    subject = json.dumps([{"name": "app", "digest": {"sha256": IMAGE.partition(":")[2]}}])
    told = f'"_type": "https://in-toto.io/Statement/v1", "predicateType": "{kind}", "subject": {subject}'
    return f'{{{told}, "predicate": {predicate}{more}}}'


def changed(**parts: object) -> str:
    return text(json.dumps({key: value for key, value in {**DOCUMENT, **parts}.items() if value is not ...}))


def with_text(old: str, new: str) -> str:
    whole = json.dumps(DOCUMENT)
    assert old in whole
    return text(whole.replace(old, new, 1))


PLAIN: Final = text(json.dumps(DOCUMENT))
DOCUMENTS: Final = {
    "another version of the type": text(json.dumps(DOCUMENT), f"{SPDX}/v2.3"),
    "a type that begins like it": text(json.dumps(DOCUMENT), f"{SPDX}ed"),
    "the predicate twice": text(json.dumps(DOCUMENT), more=', "predicate": {}'),
    "a key twice": with_text('"name": "app"', '"name": "other", "name": "app"'),
    "a key of a package twice": with_text('"name": "musl"', '"name": "other", "name": "musl"'),
    "an escaped key twice": with_text('"files"', '"pack\\u0061ges": [], "files"'),
    "a folded key": with_text('"files"', '"Packages": [], "files"'),
    "a folded key of who made it": with_text('"created"', '"Created"'),
    "a folded key of a package": with_text('"versionInfo"', '"VersionInfo"'),
    "no version": changed(spdxVersion=...),
    "a version that is none": changed(spdxVersion="SPDX-two"),
    "a version that is a number": changed(spdxVersion=2.3),
    "the name is a list": changed(name=["app"]),
    "CycloneDX as well": changed(bomFormat="CycloneDX", components=[{"name": "x"}]),
    "SPDX 3 as well": changed(**{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}),
    "what cosign wrote": changed(Data="{}"),
    "a version of another format": changed(specVersion="1.6"),
    "no packages": changed(packages=...),
    "packages are null": changed(packages=None),
    "packages are an object": changed(packages={}),
    "packages of other kinds": changed(packages=[None, 7, "x", [], {}, {"x": 1}, *PACKAGES]),
    "a text that is too long": changed(packages=[{"name": "x" * 10_000}]),
    "values of a package of other kinds": changed(packages=[{"name": 1, "versionInfo": [], "externalRefs": "x"}]),
    "references of other kinds": changed(packages=[{"name": "x", "externalRefs": [1, {"referenceLocator": 2}]}]),
    "relationships are a text": changed(relationships="x"),
    "relationships of other kinds": changed(relationships=[1, None, {}, "DESCRIBES", DESCRIBES]),
    "it describes two": changed(relationships=[DESCRIBES, {**DESCRIBES, "relatedSpdxElement": "SPDXRef-1"}]),
    "it describes nothing": changed(
        relationships=[{**DESCRIBES, "relatedSpdxElement": None}], packages=[{"name": "x"}]
    ),
    "it describes an empty id": changed(documentDescribes=[""], packages=[{"SPDXID": "", "name": "x"}]),
    "it is described": changed(
        relationships=[
            {
                "spdxElementId": "SPDXRef-root",
                "relationshipType": "DESCRIBED_BY",
                "relatedSpdxElement": "SPDXRef-DOCUMENT",
            }
        ]
    ),
    "it describes what has a quote": changed(
        packages=[{"SPDXID": 'a"é', "name": "x"}, *PACKAGES],
        relationships=[{**DESCRIBES, "relatedSpdxElement": 'a"é'}],
    ),
    "the older list": changed(relationships=[], documentDescribes=["SPDXRef-root", 1, None]),
    "the older list is an object": changed(documentDescribes={}),
    "two with the id of the root": changed(packages=[ROOT, ROOT, *PACKAGES]),
    "nobody made it": changed(creationInfo=...),
    "who made it is null": changed(creationInfo=None),
    "who made it is a list": changed(creationInfo=[]),
    "the makers are a text": changed(creationInfo={"creators": "me", "created": 1}),
    "the makers are of other kinds": changed(creationInfo={"creators": [1, "", []]}),
    "relationships before the packages": text(json.dumps(dict(reversed(DOCUMENT.items())))),
    "an empty document": text("{}"),
    "no predicate": text("null"),
    "the predicate is a list": text("[]"),
    "too many levels": with_text('"files": [', '"files": [' + "[" * 300 + "]" * 300 + ","),
    "half a character": with_text('"a"', '"\\ud800"'),
    "not all of it": PLAIN[:-1],
    "more behind it": PLAIN + "{}",
}


def read(document: str) -> tuple[Reading, tuple[Ambiguity, ...]]:
    with noticing() as notices:
        return read_statement(document.encode(), IMAGE, TOLD), notices.all


@pytest.mark.parametrize("document", [PLAIN, *DOCUMENTS.values()], ids=["plain", *DOCUMENTS])
def test_the_result_is_that_of_a_walk(document: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(document)
    monkeypatch.setattr(head, "SMALL_MAX", 0)
    assert found == read(document)


def test_the_documents_are_what_they_are_called() -> None:
    sbom = read(PLAIN)[0].sbom
    assert isinstance(sbom, Sbom)
    assert (sbom.packages, sbom.os_packages, sbom.nameless, sbom.distribution) == (2, 1, 1, "alpine-3.22")
    ambiguous = {name for name, document in DOCUMENTS.items() if read(document)[1]}
    assert {"the predicate twice", "a key twice", "an escaped key twice"} <= ambiguous
    assert {"a folded key", "a folded key of who made it"} <= ambiguous
    assert read(DOCUMENTS["CycloneDX as well"])[0].statement.problem
    assert read(DOCUMENTS["too many levels"])[0].statement.unreadable


@pytest.mark.parametrize("name", ["it describes nothing", "it describes an empty id"])
def test_a_package_without_an_id_is_not_what_a_document_describes(name: str) -> None:
    sbom = read(DOCUMENTS[name])[0].sbom
    assert isinstance(sbom, Sbom)
    assert sbom.packages == 1


def test_a_small_one_is_not_walked_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Scan, "members", none)
    assert isinstance(read(PLAIN)[0].sbom, Sbom)
