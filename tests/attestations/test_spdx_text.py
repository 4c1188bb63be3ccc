"""SPDX as text, in lines of `Tag: value`."""

import tracemalloc

import pytest

from bot.attestations.sbom_reading import read_whole_sbom
from bot.errors import MalformedError

TAGGED = """SPDXVersion: SPDX-2.2
DocumentName: image
Creator: Tool: x
Created: 2026-11-22T18:30:43Z
PackageName: root
SPDXID: SPDXRef-root
PackageName: musl
SPDXID: SPDXRef-musl
PackageVersion: 1.2
ExternalRef: PACKAGE-MANAGER purl pkg:apk/alpine/musl@1.2
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-root
"""


@pytest.mark.parametrize("before", ["", "\ufeff", "# written by x\n\n", "DataLicense: CC0-1.0\r\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_spdx_as_text_as_tools_write_it(before: str, end: str) -> None:
    found = read_whole_sbom((before + TAGGED.replace("\n", end)).encode(), what="SBOM")
    assert (found.version, found.packages, found.name) == ("2.2", 1, "image")


@pytest.mark.parametrize(
    "text",
    [
        "# How to\nOur lists begin with SPDXVersion: SPDX-2.3\nPackageName: a\n",
        "<html><body>SPDXVersion: SPDX-2.3</body></html>",
        "What is new\nSPDXVersion: SPDX-2.3\nPackageName: a\n",
        '"SPDXVersion: SPDX-2.3"',
        "SPDXVersion: banana\nPackageName: a\n",
        "SPDXVersion:\nPackageName: a\n",
        "\x7fELF\x00SPDXVersion: SPDX-2.3\nPackageName: a\n",
    ],
)
def test_a_text_that_only_speaks_of_spdx_is_none(text: str) -> None:
    """A README that was attached as SPDX counted as an SBOM."""
    with pytest.raises(MalformedError, match="not JSON"):
        read_whole_sbom(text.encode(), what="SBOM")


@pytest.mark.parametrize("end", ["</text>\nPackageName: zlib\n", "</text> PackageName: b\nPackageName: zlib\n"])
def test_what_stands_in_a_text_of_several_lines_is_no_package(end: str) -> None:
    prose = "PackageComment: <text>as follows\nPackageName: a\nPackageVersion: 1\n"
    assert read_whole_sbom((TAGGED + prose + end).encode(), what="SBOM").packages == 2
    assert read_whole_sbom((TAGGED + prose).encode(), what="SBOM").packages == 1


def test_the_packages_of_a_text_are_not_held_all_at_once() -> None:
    many = (TAGGED + "PackageName: a\n" * 100_000).encode()
    tracemalloc.start()
    try:
        found = read_whole_sbom(many, what="SBOM")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.packages == 100_001
    assert peak < 3 * len(many)
