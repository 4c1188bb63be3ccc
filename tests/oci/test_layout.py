"""Images in a folder, asked like a registry."""

import json
import os
import shutil
from pathlib import Path

import pytest

from bot.errors import DanglingTagError, NotFoundError, TooLargeError, UnavailableError, UntrustworthyError
from bot.oci import layout_referrers
from bot.oci.bounded import DOCUMENT_VALUES_MAX
from bot.oci.documents import parse_plain
from bot.oci.layout import LayoutRegistry, parse_layout
from bot.oci.manifest import Descriptor, Index
from bot.oci.reference import Reference
from bot.oci.tally import counting
from tests.conftest import ROOT
from tests.oci.layouts import digest_of, named, put, put_manifest, write_index

IMAGES = ROOT / "tests" / "fixtures" / "images"


def at(folder: Path, tag: str = "", digest: str = "") -> Reference:
    return Reference(f"oci:{folder}", "", tag, digest)


def blob_file(folder: Path, digest: str) -> Path:
    return folder / "blobs" / "sha256" / digest.removeprefix("sha256:")


async def test_tag_manifest_and_blobs_are_read_as_from_a_registry(samples: Path) -> None:
    reference = parse_layout(f"oci:{samples / 'max-sbom_2p_dflt'}")
    layout = LayoutRegistry(Path(reference.layout))

    content = await layout.manifest(reference)
    children = content.read(Index).manifests
    manifest = await layout.manifest(reference.at(children[0].digest))

    assert content.is_index
    assert await layout.resolve(reference) == content.digest
    assert await layout.resolve(reference.at(manifest.digest)) == manifest.digest == digest_of(manifest.data)
    assert await layout.tags(reference) == ("max-sbom_2p_dflt",)


async def test_it_counts_like_a_registry(samples: Path) -> None:
    reference = parse_layout(f"oci:{samples / 'min_2p_dflt'}")
    layout = LayoutRegistry(Path(reference.layout))
    with counting() as tally:
        content = await layout.manifest(reference)
        await layout.resolve(reference)
    assert (tally.total, tally.manifest_pulls, tally.received) == (2, 1, len(content.data))


async def test_what_is_not_there_is_not_found_and_the_tags_are_told(samples: Path) -> None:
    folder = samples / "min_2p_dflt"
    layout = LayoutRegistry(folder)
    with pytest.raises(NotFoundError, match="min_2p_dflt"):
        await layout.manifest(at(folder, "2.0"))
    with pytest.raises(NotFoundError):
        await layout.manifest(at(folder, digest=f"sha256:{'0' * 64}"))
    with pytest.raises(NotFoundError, match=r"index\.json"):
        await LayoutRegistry(folder / "nowhere").tags(at(folder))


async def test_a_tag_whose_manifest_is_gone_is_told_apart_from_one_that_is_not_there(
    samples: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "layout"
    shutil.copytree(samples / "min_2p_dflt", folder)
    digest = await LayoutRegistry(folder).resolve(at(folder, "min_2p_dflt"))
    blob_file(folder, digest).unlink()
    with pytest.raises(DanglingTagError) as caught:
        await LayoutRegistry(folder).manifest(at(folder, "min_2p_dflt"))
    assert caught.value.digest == digest


async def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    entry = put_manifest(tmp_path)
    write_index(tmp_path, named(entry, "1.0"))
    blob_file(tmp_path, entry["digest"]).write_bytes(b"x" * entry["size"])
    with pytest.raises(UntrustworthyError, match="does not match"):
        await LayoutRegistry(tmp_path).manifest(at(tmp_path, "1.0"))


async def test_another_size_than_the_descriptor_says_is_noticed(tmp_path: Path) -> None:
    digest = put(write_index(tmp_path), b"four")
    with pytest.raises(UntrustworthyError, match="4 bytes"):
        await LayoutRegistry(tmp_path).blob(at(tmp_path), Descriptor(digest=digest, size=5), limit=10)


async def test_more_than_the_limit_is_not_read(tmp_path: Path) -> None:
    digest = put(write_index(tmp_path), b"12345678")
    with pytest.raises(TooLargeError, match="8 bytes"):
        await LayoutRegistry(tmp_path).blob(at(tmp_path), Descriptor(digest=digest, size=8), limit=7)


@pytest.mark.parametrize(
    "digest", ["sha256:../../etc/passwd", "sha256:" + "A" * 64, "../x", "sha256:" + "0" * 64 + "\n"]
)
async def test_no_path_comes_from_what_is_no_digest(tmp_path: Path, digest: str) -> None:
    write_index(tmp_path)
    with pytest.raises(NotFoundError):
        await LayoutRegistry(tmp_path).manifest(at(tmp_path, digest=digest))


async def test_a_link_out_of_the_layout_is_refused_and_one_within_is_followed(tmp_path: Path) -> None:
    folder = write_index(tmp_path / "layout")
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    digest = put(folder, b"secret")
    blob_file(folder, digest).unlink()
    blob_file(folder, digest).symlink_to(secret)
    descriptor = Descriptor(digest=digest, size=6)
    with pytest.raises(UnavailableError, match="leads out"):
        await LayoutRegistry(folder).blob(at(folder), descriptor, limit=10)

    (folder / "kept").write_bytes(b"secret")
    blob_file(folder, digest).unlink()
    blob_file(folder, digest).symlink_to(folder / "kept")
    assert (await LayoutRegistry(folder).blob(at(folder), descriptor, limit=10)).data == b"secret"


async def test_a_pipe_or_a_folder_in_place_of_a_blob_does_not_hang(tmp_path: Path) -> None:
    write_index(tmp_path)
    pipe, folder = digest_of(b"pipe"), digest_of(b"folder")
    blob_file(tmp_path, pipe).parent.mkdir(parents=True)
    os.mkfifo(blob_file(tmp_path, pipe))
    blob_file(tmp_path, folder).mkdir()
    for digest in (pipe, folder):
        with pytest.raises(UnavailableError):
            await LayoutRegistry(tmp_path).blob(at(tmp_path), Descriptor(digest=digest, size=4), limit=10)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"manifests": 7}', '{"manifests": [{"digest": "x", "size": 1}]}'])
async def test_a_broken_index_is_unavailable_and_not_an_empty_layout(tmp_path: Path, text: str) -> None:
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(UnavailableError, match="not an OCI layout"):
        await LayoutRegistry(tmp_path).tags(at(tmp_path))


@pytest.mark.parametrize("key", ["manifests", "Manifests", "MANIFESTS", "manife\u017fts"])
async def test_an_index_with_two_lists_names_no_image(tmp_path: Path, key: str) -> None:
    """Skopeo takes the last list, whatever the case of its key."""
    good, evil = (json.dumps([named(put_manifest(tmp_path, annotations={"a": who}), "1")]) for who in "ge")
    for first, second in ((good, evil), (evil, good)):
        (tmp_path / "index.json").write_text(f'{{"manifests": {first}, "{key}": {second}}}')
        for text in (f"oci:{tmp_path}:1", f"oci:{tmp_path}"):
            with pytest.raises(UnavailableError, match=f"two ways: its key '{key}'"):
                await LayoutRegistry(tmp_path).manifest(parse_layout(text))


async def test_an_index_whose_entry_has_two_digests_names_no_image(tmp_path: Path) -> None:
    good, evil = (named(put_manifest(tmp_path, annotations={"a": who}), "1") for who in "ge")
    twofold = json.dumps(good)[:-1] + f', "Digest": "{evil["digest"]}", "Size": {evil["size"]}}}'
    (tmp_path / "index.json").write_text(f'{{"manifests": [{twofold}]}}')
    with pytest.raises(UnavailableError, match="two ways: its key 'Digest'"):
        await LayoutRegistry(tmp_path).resolve(at(tmp_path, "1"))


async def test_a_name_that_is_the_path_of_the_layout_does_not_win_over_the_tag(tmp_path: Path) -> None:
    """Skopeo knows only the tag."""
    good, evil = (put_manifest(tmp_path, annotations={"a": who}) for who in "ge")
    write_index(tmp_path, named(good, f"oci:{tmp_path}:1"), named(evil, "1"))
    assert await LayoutRegistry(tmp_path).resolve(at(tmp_path, "1")) == evil["digest"]


async def test_one_tag_of_two_images_is_told_as_such(tmp_path: Path) -> None:
    write_index(tmp_path, *(named(put_manifest(tmp_path, annotations={"a": who}), "1") for who in "ge"))
    with pytest.raises(NotFoundError, match=r"2 images .* have the tag '1'; name one by its digest"):
        await LayoutRegistry(tmp_path).resolve(at(tmp_path, "1"))


async def test_referrers_by_subject_and_by_fallback_tag_each_once(tmp_path: Path) -> None:
    subject = put_manifest(tmp_path)
    listed = put_manifest(tmp_path, artifactType="application/listed", subject=subject)
    scanned = put_manifest(tmp_path, artifactType="application/scanned", subject=subject)
    put_manifest(tmp_path, artifactType="application/other", subject={**subject, "digest": digest_of(b"other")})
    index = b'{"schemaVersion":2,"manifests":[%s]}' % (
        f'{{"mediaType":"{listed["mediaType"]}","digest":"{listed["digest"]}","size":{listed["size"]}}}'.encode()
    )
    fallback = {
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "digest": put(tmp_path, index),
        "size": len(index),
    }
    write_index(tmp_path, named(subject, "1.0"), named(fallback, subject["digest"].replace(":", "-")))

    found = await LayoutRegistry(tmp_path).referrers(at(tmp_path, digest=subject["digest"]))

    assert {descriptor.digest for descriptor in found} == {listed["digest"], scanned["digest"]}
    assert len(found) == 2


async def test_referrers_see_what_was_added_meanwhile(tmp_path: Path) -> None:
    subject = put_manifest(tmp_path)
    write_index(tmp_path, named(subject, "1.0"))
    layout, asked = LayoutRegistry(tmp_path), at(tmp_path, digest=subject["digest"])
    assert await layout.referrers(asked) == ()
    os.utime(tmp_path / "blobs" / "sha256", ns=(1, 1))  # folders' times are coarse
    await layout.referrers(asked)
    put_manifest(tmp_path, artifactType="application/x", subject=subject)
    assert [descriptor.artifact_type for descriptor in await layout.referrers(asked)] == ["application/x"]


async def test_a_flood_of_referrers_is_refused_by_name(tmp_path: Path) -> None:
    subject = put_manifest(tmp_path)
    write_index(tmp_path, named(subject, "1.0"))
    for number in range(201):
        put_manifest(tmp_path, subject=subject, annotations={"n": str(number)})
    with pytest.raises(TooLargeError, match="201 manifests, more than REFERRERS_MAX"):
        await LayoutRegistry(tmp_path).referrers(at(tmp_path, digest=subject["digest"]))


@pytest.mark.parametrize("is_layer", [True, False])
async def test_what_has_too_many_values_may_refer_to_every_digest_unless_it_is_a_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_layer: bool
) -> None:
    """Nobody knows whom it names: it is not parsed, and whoever opens it learns why."""
    subject = put_manifest(tmp_path)
    flood = put_manifest(tmp_path, subject=subject, flood=[0] * (DOCUMENT_VALUES_MAX + 1))
    put_manifest(tmp_path, layers=[flood] if is_layer else [])
    write_index(tmp_path, named(subject, "1.0"))
    parsed: list[str] = []

    def noted(data: bytes, *, what: str) -> object:
        parsed.append(what)
        return parse_plain(data, what=what)

    monkeypatch.setattr(layout_referrers, "parse_plain", noted)
    found = await LayoutRegistry(tmp_path).referrers(at(tmp_path, digest=subject["digest"]))
    assert [descriptor.digest for descriptor in found] == ([] if is_layer else [flood["digest"]])
    assert flood["digest"] not in parsed
    assert subject["digest"] in parsed


async def test_a_folder_of_very_many_files_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = put_manifest(tmp_path)
    write_index(tmp_path, named(subject, "1.0"))
    for number in range(9):
        put(tmp_path, b"%d" % number)
    monkeypatch.setattr(layout_referrers, "LAYOUT_BLOBS_MAX", 8)
    with pytest.raises(TooLargeError, match="more than 8 blobs"):
        await LayoutRegistry(tmp_path).referrers(at(tmp_path, digest=subject["digest"]))


@pytest.mark.parametrize("left", [b"{}", b"", b'{"subject":'])
async def test_a_referrer_whose_bytes_were_changed_is_still_listed(tmp_path: Path, left: bytes) -> None:
    """What it was nobody knows. Without it, evidence that was there would be missing; whoever opens it learns why."""
    subject = put_manifest(tmp_path)
    signature = put_manifest(tmp_path, artifactType="application/signature", subject=subject)
    write_index(tmp_path, named(subject, "1.0"))
    (tmp_path / "blobs" / signature["digest"].replace(":", "/")).write_bytes(left)
    found = await LayoutRegistry(tmp_path).referrers(at(tmp_path, digest=subject["digest"]))
    assert [descriptor.digest for descriptor in found] == [signature["digest"]]


async def test_the_bundle_in_a_fallback_tag_of_a_real_layout() -> None:
    reference = parse_layout(f"oci:{IMAGES / 'sig-bundle-gh'}")
    layout = LayoutRegistry(Path(reference.layout))
    digest = await layout.resolve(reference)
    assert reference.tag == "v1"
    assert [d.artifact_type for d in await layout.referrers(reference.at(digest))] == [
        "application/vnd.dev.sigstore.bundle.v0.3+json",
    ]
