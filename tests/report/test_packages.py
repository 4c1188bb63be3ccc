"""Packages of two SBOMs: by purl, whatever stands in one."""

import json
import tracemalloc
from base64 import b64encode
from typing import Any, Final

import pytest

from bot.attestations.packages import PACKAGES_MAX, PackageList, PackageListing
from bot.attestations.packages_reading import read_packages
from bot.attestations.statement import CYCLONEDX, SPDX
from bot.errors import MalformedError, OverLimitError
from bot.report.difference import PackagesDifference
from bot.report.difference.packages import LISTED_MAX, compare_packages
from bot.report.difference.versions import order
from tests.attestations.predicates import statement
from tests.attestations.test_sbom import package, spdx


def packages(*purls: str, name: str = "sbom", others: tuple[tuple[str, str], ...] = ()) -> PackageList:
    return PackageList(name, frozenset(purls), frozenset(others))


def compared(before: PackageList, after: PackageList) -> PackagesDifference:
    found = compare_packages("linux/amd64", [before], [after])
    assert found is not None
    return found


def told(found: PackagesDifference) -> list[tuple[str, str, str, str | None]]:
    return [(one.kind, one.name, f"{','.join(one.before)}>{','.join(one.after)}", one.order) for one in found.changes]


def test_added_removed_changed() -> None:
    found = compared(
        packages("pkg:npm/a@1", "pkg:npm/b@1.2.3", "pkg:npm/gone@1"),
        packages("pkg:npm/a@1", "pkg:npm/b@1.10.0", "pkg:npm/new@2"),
    )
    assert told(found) == [
        ("removed", "gone", "1>", None),
        ("changed", "b", "1.2.3>1.10.0", "up"),
        ("added", "new", ">2", None),
    ]
    assert (found.before, found.after, found.removed, found.changed, found.added) == (3, 3, 1, 1, 1)


def test_qualifiers_are_not_another_package() -> None:
    found = compared(
        packages("pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20"),
        packages("pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.21"),
    )
    assert told(found) == []


def test_a_percent_sign_more_is_not_another_package() -> None:
    assert told(compared(packages("pkg:npm/%40angular/core@1"), packages("pkg:npm/@angular/core@1"))) == []


def test_several_versions_of_one_package() -> None:
    found = compared(packages("pkg:npm/a@1", "pkg:npm/a@2"), packages("pkg:npm/a@2", "pkg:npm/a@3", "pkg:npm/a@4"))
    assert told(found) == [("changed", "a", "1>3,4", "unknown")]
    assert told(compared(packages("pkg:npm/a@1", "pkg:npm/a@2"), packages("pkg:npm/a@2"))) == [
        ("removed", "a", "1>", None)
    ]


def test_packages_without_a_purl() -> None:
    found = compared(packages(others=(("busybox", "1.36"),)), packages(others=(("busybox", "1.37"),)))
    assert told(found) == [("changed", "busybox", "1.36>1.37", "unknown")]


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("deb", "1:2.3-4", "1:2.3-4+deb12u1"),
        ("deb", "9:1.0", "10:0.1"),
        ("apk", "1.2.3-r0", "1.2.3-r10"),
        ("rpm", "2.17-324.el7", "2.17-326.el7"),
        ("npm", "1.2.3", "1.10.0"),
        ("pypi", "1.0rc1", "1.0"),
        ("maven", "1.0-SNAPSHOT", "1.0"),
        ("golang", "v0.0.0-20210101000000-abcdef123456", "v1.2.3"),
        ("gem", "1.0.a", "1.0"),
        ("nuget", "1.0.0", "1.0.0.1"),
    ],
)
def test_each_ecosystem_has_its_own_order(kind: str, old: str, new: str) -> None:
    assert order(kind, old, new) == "up"
    assert order(kind, new, old) == "down"


@pytest.mark.parametrize("version", ["", " ", "\x1b[31m1", "../..", "1" * 129, "x" * 5000, "٣.1", "1\n2", "(1+" * 40])
@pytest.mark.parametrize("kind", ["deb", "rpm", "npm", "maven", "pypi", "golang", "gem", "generic", "none", "x", ""])
def test_a_hostile_version_ends_nothing(kind: str, version: str) -> None:
    assert order(kind, version, "1.0") in {"up", "down", "unknown"}


@pytest.mark.parametrize(
    "purl", ["pkg:", "pkg:npm", "no purl", "pkg:npm/a@\x1b[31m", "pkg:npm/../../x@1", "pkg:a/" * 99]
)
def test_what_is_not_a_purl_is_a_name(purl: str) -> None:
    found = compared(packages(), packages(purl))
    assert found.added == 1


def test_the_sbom_of_the_image_and_not_of_a_build_stage() -> None:
    """BuildKit writes one for each stage that is scanned; the fullest may be of another stage in each version."""
    before = [packages("pkg:npm/a@1"), packages("pkg:npm/b@1", "pkg:npm/c@1", name="sbom-build")]
    after = [packages("pkg:npm/x@1", "pkg:npm/y@1", name="sbom-test"), packages("pkg:npm/a@1")]
    found = compare_packages("linux/amd64", before, after)
    assert found is not None
    assert told(found) == []


def test_the_listing_is_cut_and_the_counts_are_not() -> None:
    found = compared(packages(), packages(*(f"pkg:npm/p{number}@1" for number in range(LISTED_MAX + 5))))
    assert (found.added, len(found.changes), found.left_out) == (LISTED_MAX + 5, LISTED_MAX, 5)


SYFT: Final = spdx(package("musl", "pkg:apk/alpine/musl@1.2"), package("bash"))
NESTED: Final[dict[str, Any]] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"component": {"type": "container", "name": "app"}},
    "components": [
        {
            "type": "library",
            "name": "a",
            "version": "1",
            "purl": "pkg:npm/a@1",
            "components": [
                {"type": "library", "name": "within", "version": "2", "purl": "pkg:npm/within@2"},
                {"type": "file", "name": "/etc/passwd"},
            ],
        },
    ],
}


class TestReading:
    def test_spdx_without_its_root(self) -> None:
        found = read_packages(statement(SYFT, SPDX), what="it")
        assert found.purls == {"pkg:apk/alpine/musl@1.2"}
        assert found.others == {("bash", "1.0")}
        assert found.name == "image"

    def test_cyclonedx_with_what_is_nested(self) -> None:
        found = read_packages(statement(NESTED, CYCLONEDX), what="it")
        assert found.purls == {"pkg:npm/a@1", "pkg:npm/within@2"}

    def test_within_an_envelope_and_a_bundle_and_alone(self) -> None:
        inner = statement(SYFT, SPDX)
        envelope = {"payloadType": "application/vnd.in-toto+json", "payload": b64encode(inner).decode()}
        for document in (envelope, {"dsseEnvelope": envelope}, SYFT):
            assert len(read_packages(json.dumps(document).encode(), what="it")) == 2

    @pytest.mark.parametrize(
        "data", [b"", b"{}", b"[]", b"null", b'{"payload": 1}', b'{"predicateType": "x"}', b"\xff"]
    )
    def test_garbage_is_malformed(self, data: bytes) -> None:
        with pytest.raises(MalformedError):
            read_packages(data, what="it")

    def test_more_packages_than_are_compared(self) -> None:
        listing = PackageListing()
        for number in range(PACKAGES_MAX):
            listing.count([], f"p{number}", "", 1)
        with pytest.raises(OverLimitError, match=f"PACKAGES_MAX = {PACKAGES_MAX}"):
            listing.count([], "one more", "", 1)

    def test_a_root_that_is_counted_out_leaves_its_equals(self) -> None:
        listing = PackageListing()
        for step in (1, 1, -1):
            listing.count(["pkg:npm/a@1"], "a", "1", step)
        assert listing.finish("").purls == {"pkg:npm/a@1"}


def document(count: int, shift: int) -> bytes:
    """An SBOM whose packages all have another version with another shift."""
    filler = "x" * 60
    listed = [package(f"p{n}", f"pkg:npm/%40acme/p{n}@1.{n % 7 + shift}.0?x={filler}") for n in range(count)]
    return statement(spdx(*listed), SPDX)


def test_a_package_costs_less_than_a_kilobyte() -> None:
    data, count = document(5_000, 0), 5_000
    tracemalloc.start()
    try:
        assert len(read_packages(data, what="it")) == count
        assert tracemalloc.get_traced_memory()[1] < count * 1_000
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_hundred_thousand_packages_in_twenty_megabytes() -> None:
    before, after = document(100_000, 0), document(100_000, 1)
    assert len(before) > 20_000_000
    found = compared(read_packages(before, what="a"), read_packages(after, what="b"))
    assert found.changed == 100_000
