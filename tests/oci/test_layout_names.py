"""How people name an image in a layout, and what the names in index.json stand for."""

from pathlib import Path

import pytest

from bot.errors import InvalidReferenceError, NotFoundError
from bot.oci.layout import LayoutRegistry, parse_layout
from bot.oci.reference import Reference
from tests.oci.layouts import named, put_manifest, write_index

CONTAINERD = "io.containerd.image.name"


def test_the_only_tag_is_meant_and_evidence_tags_do_not_count(tmp_path: Path) -> None:
    entry = put_manifest(tmp_path)
    signature = named(put_manifest(tmp_path, annotations={"a": "b"}), entry["digest"].replace(":", "-") + ".sig")
    write_index(tmp_path, named(entry, "1.0"), signature)
    reference = parse_layout(f"oci:{tmp_path}")
    assert (reference.tag, str(reference)) == ("1.0", f"oci:{tmp_path}:1.0")
    assert parse_layout(str(reference)) == reference


def test_several_tags_are_listed(tmp_path: Path) -> None:
    write_index(tmp_path, named(put_manifest(tmp_path), "1.0"), named(put_manifest(tmp_path, annotations={}), "1.1"))
    with pytest.raises(InvalidReferenceError, match=r"1\.0, 1\.1"):
        parse_layout(f"oci:{tmp_path}")


async def test_an_image_without_a_name_is_named_by_its_digest(tmp_path: Path) -> None:
    entry = put_manifest(tmp_path)
    write_index(tmp_path, entry)
    reference = parse_layout(f"oci:{tmp_path}")
    assert (reference.tag, reference.digest) == ("", entry["digest"])
    assert parse_layout(str(reference)) == reference
    assert (await LayoutRegistry(tmp_path).manifest(reference)).digest == entry["digest"]


@pytest.mark.parametrize("text", ["oci:", "oci:\0", "oci:a\nb", "layout", "oci:" + "a" * 5000])
def test_what_is_no_name_of_a_layout_is_said(text: str) -> None:
    with pytest.raises(InvalidReferenceError):
        parse_layout(text)


def test_a_folder_that_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError, match=r"index\.json"):
        parse_layout("oci:nowhere/at/all")
    assert parse_layout("oci:nowhere:1.0").tag == "1.0"


def test_a_colon_in_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "a:b"
    write_index(folder, named(put_manifest(folder), "1.0"), named(put_manifest(folder, annotations={}), "2.0"))
    assert parse_layout(f"oci:{folder}:2.0") == Reference(f"oci:{folder}", "", "2.0")


async def test_whole_names_are_found_by_their_tag(tmp_path: Path) -> None:
    entry = put_manifest(tmp_path)
    write_index(tmp_path, named(entry, "docker.io/library/x:1.0"))
    layout = LayoutRegistry(tmp_path)
    for tag in ("1.0", "docker.io/library/x:1.0"):
        reference = parse_layout(f"oci:{tmp_path}:{tag}")
        assert (await layout.manifest(reference)).digest == entry["digest"]
    assert (await layout.tags(reference)) == ("1.0",)


async def test_one_tag_of_two_repositories_is_ambiguous_and_their_whole_names_are_not(tmp_path: Path) -> None:
    one, two = put_manifest(tmp_path), put_manifest(tmp_path, annotations={"a": "b"})
    write_index(
        tmp_path, named(one, "1", **{CONTAINERD: "docker.io/a/a:1"}), named(two, "1", **{CONTAINERD: "quay.io/b/b:1"})
    )
    layout, reference = LayoutRegistry(tmp_path), Reference(f"oci:{tmp_path}", "", "1")
    with pytest.raises(NotFoundError, match=r"docker\.io/a/a:1, quay\.io/b/b:1"):
        await layout.manifest(reference)
    assert await layout.resolve(reference.tagged("quay.io/b/b:1")) == two["digest"]
    assert await layout.resolve(Reference.parse("quay.io/b/b:1")) == two["digest"]  # as a mirror of that registry


async def test_a_mirror_does_not_take_the_tag_of_another_repository(tmp_path: Path) -> None:
    write_index(tmp_path, named(put_manifest(tmp_path), "docker.io/library/x:1.0"))
    with pytest.raises(NotFoundError):
        await LayoutRegistry(tmp_path).resolve(Reference.parse("quay.io/team/app:1.0"))


@pytest.mark.parametrize("name", ["", "quay.io/team/app:1.0"])
async def test_what_cosign_saved_has_the_tags_that_it_would_have_in_a_registry(tmp_path: Path, name: str) -> None:
    image = put_manifest(tmp_path)
    write_index(
        tmp_path,
        named(image, name, kind="dev.cosignproject.cosign/imageIndex"),
        named(put_manifest(tmp_path, annotations={"s": ""}), name, kind="dev.cosignproject.cosign/sigs"),
        named(put_manifest(tmp_path, annotations={"a": ""}), name, kind="dev.cosignproject.cosign/atts"),
    )
    reference = parse_layout(f"oci:{tmp_path}")
    layout, tag = LayoutRegistry(tmp_path), image["digest"].replace(":", "-")
    assert (await layout.manifest(reference)).digest == image["digest"]
    assert {f"{tag}.sig", f"{tag}.att"} < {*(await layout.tags(reference)), "1.0"}
    assert await layout.resolve(reference.tagged(f"{tag}.sig")) != await layout.resolve(reference.tagged(f"{tag}.att"))
