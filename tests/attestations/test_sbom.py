"""What SBOMs cover, in the formats in which they come."""

import json
import tracemalloc
from typing import Any

import pytest

from bot.attestations import spdx as spdx2
from bot.attestations.head import read_head
from bot.attestations.sbom import Sbom
from bot.attestations.sbom_reading import read_sbom
from bot.attestations.statement import SPDX
from bot.errors import MalformedError
from tests.attestations.predicates import statement
from tests.attestations.test_spdx_text import TAGGED

ROOT: dict[str, Any] = {"SPDXID": "SPDXRef-root", "name": "sbom"}
DESCRIBES = {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-root"}


def read(document: object) -> Sbom:
    return read_sbom(json.dumps(document).encode(), what="it")


def package(name: str, purl: str = "", **more: object) -> dict[str, Any]:
    """An SPDX package as syft writes it."""
    references = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}]
    return {
        "name": name,
        "SPDXID": f"SPDXRef-{name}",
        "versionInfo": "1.0",
        "externalRefs": references if purl else [],
        **more,
    }


def spdx(*packages: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "image",
        "creationInfo": {"creators": ["Tool: syft", "Tool: buildkit"], "created": "2026-11-22T18:30:43Z"},
        "packages": [*packages, ROOT],
        "relationships": [{"spdxElementId": "SPDXRef-a", "relationshipType": "CONTAINS"}, DESCRIBES],
        **more,
    }


def test_spdx_as_buildkit_writes_it() -> None:
    found = read(
        spdx(
            package("musl", "pkg:apk/alpine/musl@1.2?arch=x86_64&distro=alpine-3.20"),
            package("bash", sourceInfo="acquired package info from DPKG DB: /var/lib/dpkg/status"),
            package("left-pad", "pkg:npm/left-pad@1.0"),
        )
    )
    assert found == Sbom(
        format="spdx",
        version="2.3",
        packages=3,
        os_packages=2,
        distribution="alpine-3.20",
        unidentified=1,
        has_author=True,
        has_timestamp=True,
        name="image",
    )


def test_only_the_root_is_an_empty_sbom() -> None:
    assert read(spdx()).packages == 0
    assert read(spdx(relationships=[], documentDescribes=["SPDXRef-root"])).packages == 0
    by = {"spdxElementId": "SPDXRef-root", "relationshipType": "DESCRIBED_BY", "relatedSpdxElement": "SPDXRef-DOCUMENT"}
    assert read(spdx(relationships=[by])).packages == 0


def test_a_document_that_describes_its_packages_one_by_one_has_no_root() -> None:
    described = ["SPDXRef-root", "SPDXRef-a"]
    assert read(spdx(package("a"), relationships=[], documentDescribes=described)).packages == 2


def test_what_lacks_is_counted_without_the_root() -> None:
    found = read(
        spdx(
            package("", "pkg:npm/x@1"),
            package("NOASSERTION", "pkg:npm/x@1", versionInfo="NOASSERTION"),
            package("cpe", externalRefs=[{"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:x"}]),
            package("none"),
            creationInfo=None,
        )
    )
    assert (found.packages, found.nameless, found.versionless, found.unidentified) == (4, 2, 1, 1)
    assert (found.has_author, found.has_timestamp) == (False, False)


def test_an_operating_system_is_named_and_is_no_package() -> None:
    system = package("debian", versionInfo="12", primaryPackagePurpose="OPERATING-SYSTEM")
    found = read(spdx(system))
    assert (found.packages, found.distribution) == (0, "debian 12")


def test_cyclonedx_with_nested_components_and_files() -> None:
    found = read(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "metadata": {
                "timestamp": "2026-11-22T18:30:43Z",
                "tools": {"components": [{"name": "syft"}]},
                "component": {"type": "container", "name": "app", "components": [{"name": "not counted"}]},
            },
            "components": [
                {
                    "type": "library",
                    "name": "a",
                    "version": "1",
                    "purl": "pkg:maven/g/a@1",
                    "components": [{"name": "b"}],
                },
                {
                    "type": "library",
                    "name": "musl",
                    "version": "1",
                    "purl": "pkg:apk/alpine/musl@1",
                    "cpe": "cpe:2.3:a",
                },
                {"type": "operating-system", "name": "alpine", "version": "3.20"},
                {"type": "file", "name": "/etc/passwd"},
            ],
        }
    )
    assert found == Sbom(
        format="cyclonedx",
        version="1.6",
        packages=3,
        os_packages=1,
        distribution="alpine 3.20",
        versionless=1,
        unidentified=1,
        has_author=True,
        has_timestamp=True,
        name="app",
    )


def test_empty_authors_are_nobody() -> None:
    document = {"bomFormat": "CycloneDX", "metadata": {"authors": [], "tools": {}, "timestamp": None}}
    assert (read(document).has_author, read(document).has_timestamp) == (False, False)


def test_spdx_3() -> None:
    found = read(
        {
            "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
            "@graph": [
                {
                    "type": "CreationInfo",
                    "created": "2026-11-22T18:30:43Z",
                    "createdBy": ["urn:x"],
                    "specVersion": "3.0.1",
                },
                {"type": "SpdxDocument", "name": "image", "rootElement": ["urn:sbom"]},
                {"type": "software_Sbom", "spdxId": "urn:sbom", "rootElement": ["urn:root"]},
                {"type": "software_Package", "spdxId": "urn:root", "name": "image"},
                {
                    "type": "software_Package",
                    "spdxId": "urn:musl",
                    "name": "musl",
                    "software_packageVersion": "1.2",
                    "externalIdentifier": [
                        {"externalIdentifierType": "packageUrl", "identifier": "pkg:apk/alpine/musl@1.2"}
                    ],
                },
            ],
        }
    )
    assert (found.format, found.version, found.name) == ("spdx", "3.0.1", "image")
    assert (found.packages, found.os_packages, found.unidentified) == (1, 1, 0)
    assert (found.has_author, found.has_timestamp) == (True, True)


@pytest.mark.parametrize("inner", [spdx(package("musl", "pkg:apk/musl@1")), json.dumps(spdx(package("a"))), TAGGED])
def test_what_cosign_once_put_under_data(inner: object) -> None:
    found = read({"Data": inner, "Timestamp": "2026-11-22T18:30:43Z"})
    assert (found.format, found.packages, found.name) == ("spdx", 1, "image")


@pytest.mark.parametrize("document", [{}, {"packages": []}, {"Data": "text"}, {"Data": None}, {"bomFormat": "x"}, None])
def test_what_is_neither_format_is_malformed(document: object) -> None:
    with pytest.raises(MalformedError, match="neither"):
        read(document)


@pytest.mark.parametrize("version", ["", "2.3", "SPDX-", "SPDX-2", "SPDX-2.3 ", "spdx-2.3", 2.3, None])
def test_spdx_has_a_version(version: object) -> None:
    with pytest.raises(MalformedError, match="neither SPDX nor CycloneDX"):
        read(spdx(package("a")) | {"spdxVersion": version})


def test_two_formats_at_once_are_malformed() -> None:
    with pytest.raises(MalformedError, match="several formats"):
        read(spdx() | {"bomFormat": "CycloneDX", "components": [{"name": "a"}]})
    with pytest.raises(MalformedError, match="several formats"):
        read(spdx() | {"Data": spdx(package("a"))})


def test_a_package_of_which_nothing_is_said_is_none() -> None:
    assert read(spdx({}, {"name": ""}, {"SPDXID": None})).packages == 0
    assert read({"bomFormat": "CycloneDX", "components": [{}, {"type": "library"}, None]}).packages == 0


def test_what_is_no_object_is_no_package_and_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty megabytes of numbers in place of packages took a minute."""
    seen: list[object] = []
    really = spdx2.read_package

    def reading(said: dict[str, Any]) -> object:
        seen.append(said)
        return really(said)

    monkeypatch.setattr(spdx2, "read_package", reading)
    strange: list[Any] = [*range(30_000), *["", "text", None, [], True, 1.5] * 1_000]
    found = read(spdx(*strange, package("curl"), *strange, creationInfo={"creators": [*strange, "Tool: syft"]}))
    assert (found.packages, found.has_author) == (1, True)
    assert 1 <= len(seen) <= 3  # the root, too, which is looked at again
    assert not read(spdx(package("curl"), creationInfo={"creators": [1, {"name": "a"}, "", None]})).has_author


def test_twenty_megabytes_cost_less_than_four_times_their_size() -> None:
    packages = [package(f"p{number}", f"pkg:deb/debian/p{number}@1", note="x" * 3_200) for number in range(6_000)]
    relation = {"spdxElementId": "SPDXRef-a", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-b"}
    data = statement(spdx(*packages, relationships=[relation] * 5_000 + [DESCRIBES]), SPDX)
    assert len(data) > 20_000_000
    del packages

    tracemalloc.start()
    try:
        head = read_head(data, what="it")
        assert head.predicate is not None
        found = read_sbom(data, what="it", at=head.predicate)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (found.packages, found.os_packages) == (6_000, 6_000)
    assert len(data) + peak < 4 * len(data)
    assert peak < 2_000_000  # in truth next to nothing is kept
