"""Signatures of an image in a folder: one that is there and could not be looked at is unknown, and never missing."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from bot.oci.layout import LayoutRegistry, parse_layout
from bot.policy import default_policies
from bot.report import Result
from bot.rules import Outcome, Question
from bot.signatures.finder import SignatureFinder
from tests.checking import check
from tests.evidence.building import IMAGE_CONFIG, IMAGE_LAYER
from tests.oci.layouts import named, put, put_manifest, write_index
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_shelf import descriptor
from tests.signatures.judged import TODAY

BUNDLE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
CONTAINERD: Final = "io.containerd.image.name"

Json = dict[str, Any]


def image(folder: Path) -> Json:
    """A small image; its descriptor."""
    config = b'{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}'
    layers = [descriptor(b"layer", IMAGE_LAYER)]
    for blob in (config, b"layer"):
        put(folder, blob)
    return put_manifest(folder, config=descriptor(config, IMAGE_CONFIG), layers=layers)


def bundle(folder: Path, sigstore: PrivateSigstore, about: Json) -> Json:
    """A good signature that refers to the image."""
    data = json.dumps(sigstore.bundle(statement(about["digest"]), sigstore.signer())).encode()
    put(folder, data)
    return put_manifest(folder, layers=[descriptor(data, BUNDLE)], subject=about, artifactType=BUNDLE)


def sig(folder: Path, sigstore: PrivateSigstore, about: Json, note: str) -> Json:
    """A good signature as it stands under cosign's tag."""
    made = sigstore.sig_layer(about["digest"], sigstore.signer())
    put(folder, made["data"])
    layer = descriptor(made["data"], made["media_type"], annotations=made["annotations"])
    return put_manifest(folder, layers=[layer], annotations={"note": note})


async def signed(folder: Path, sigstore: PrivateSigstore) -> Result:
    """What is said to the question whether the image is signed."""
    search = SignatureFinder(sigstore.trust, clock=lambda: TODAY)
    report = await check(parse_layout(f"oci:{folder}:1.0"), LayoutRegistry(folder), default_policies(), search=search)
    answer = report.answer(Question.IS_SIGNED)
    assert answer is not None
    return answer


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _change(file: Path) -> None:
    file.write_bytes(b"x" + file.read_bytes())


def _lead_out(file: Path) -> None:
    outside = file.parents[3] / "outside"
    file.rename(outside)
    file.symlink_to(outside)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [_truncate, _change, _lead_out, _pipe, _folder])
async def test_a_file_that_cannot_be_read_may_be_the_signature(
    tmp_path: Path, sigstore: PrivateSigstore, spoil: Callable[[Path], None]
) -> None:
    folder = tmp_path / "layout"
    about = image(folder)
    made = bundle(folder, sigstore, about)
    write_index(folder, named(about, "1.0"))
    assert (await signed(folder, sigstore)).outcome is Outcome.PASS
    spoil(folder / "blobs" / "sha256" / made["digest"].removeprefix("sha256:"))
    assert (await signed(folder, sigstore)).outcome is Outcome.UNKNOWN


async def test_an_unread_file_does_not_hide_a_signature_that_was_read(
    tmp_path: Path, sigstore: PrivateSigstore
) -> None:
    folder = tmp_path / "layout"
    about = image(folder)
    bundle(folder, sigstore, about)
    _lead_out(folder / "blobs" / "sha256" / put(folder, b"a layer of another image").removeprefix("sha256:"))
    write_index(folder, named(about, "1.0"))
    assert (await signed(folder, sigstore)).outcome is Outcome.PASS


async def test_a_layer_that_cannot_be_read_is_not_a_signature(tmp_path: Path, sigstore: PrivateSigstore) -> None:
    about = image(tmp_path)
    _change(tmp_path / "blobs" / "sha256" / put(tmp_path, b"layer").removeprefix("sha256:"))
    write_index(tmp_path, named(about, "1.0"))
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.FAIL


async def test_a_manifest_that_index_json_names_and_is_gone_may_be_the_signature(
    tmp_path: Path, sigstore: PrivateSigstore
) -> None:
    about = image(tmp_path)
    made = bundle(tmp_path, sigstore, about)
    write_index(tmp_path, named(about, "1.0"), made)
    (tmp_path / "blobs" / "sha256" / made["digest"].removeprefix("sha256:")).unlink()
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.UNKNOWN
    write_index(tmp_path, named(about, "1.0"), made | {"platform": {"os": "linux", "architecture": "arm64"}})
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.FAIL  # a platform's image refers to none
    write_index(tmp_path, named(about, "1.0"), named(made, "0.9"))
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.FAIL  # nor does an image with a tag


@pytest.mark.parametrize(
    "write",
    [
        lambda data: b"\n " + data,
        lambda data: data.replace(b'"subject"', b'"\\u0073ubject"'),
        lambda data: data.replace(b'"subject"', b'"Subject"'),
    ],
    ids=["blank", "escaped", "folded"],
)
async def test_a_referrer_is_found_however_it_is_written(
    tmp_path: Path, sigstore: PrivateSigstore, write: Callable[[bytes], bytes]
) -> None:
    """As a registry finds it, whose reader is Go's."""
    about = image(tmp_path)
    file = tmp_path / "blobs" / "sha256" / bundle(tmp_path, sigstore, about)["digest"].removeprefix("sha256:")
    put(tmp_path, write(file.read_bytes()))
    file.unlink()
    write_index(tmp_path, named(about, "1.0"))
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.PASS


@pytest.mark.parametrize("spoil", [{"annotations": {"a": 1}}, {"config": {"digest": "none"}}, {"layers": 7}])
async def test_a_referrer_that_is_not_a_valid_manifest_is_unknown(
    tmp_path: Path, sigstore: PrivateSigstore, spoil: Json
) -> None:
    about = image(tmp_path)
    put_manifest(tmp_path, **{"subject": about, "artifactType": BUNDLE, **spoil})
    write_index(tmp_path, named(about, "1.0"))
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("whole", [True, False])
async def test_of_two_signatures_under_one_tag_none_is_missing(
    tmp_path: Path, sigstore: PrivateSigstore, *, whole: bool
) -> None:
    """An image that was copied from two registries with its signatures, for example."""
    about = image(tmp_path)
    tag = about["digest"].replace(":", "-") + ".sig"
    made = {name: sig(tmp_path, sigstore, about, name) for name in ("quay.io/acme/app", "docker.io/acme/app")}
    signatures = [named(one, tag, **({CONTAINERD: f"{name}:{tag}"} if whole else {})) for name, one in made.items()]
    write_index(tmp_path, named(about, "1.0"), signatures[0])
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.PASS
    write_index(tmp_path, named(about, "1.0"), *signatures)
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.UNKNOWN


async def test_of_two_lists_of_referrers_under_one_tag_none_is_missing(
    tmp_path: Path, sigstore: PrivateSigstore
) -> None:
    about = image(tmp_path)
    tag = about["digest"].replace(":", "-")
    lists = [
        json.dumps({"schemaVersion": 2, "manifests": [], "annotations": {"a": name}}).encode()
        for name in ("one", "two")
    ]
    entries = [descriptor(data, "application/vnd.oci.image.index.v1+json") for data in lists if put(tmp_path, data)]
    write_index(tmp_path, named(about, "1.0"), named(entries[0], tag))
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.FAIL
    write_index(tmp_path, named(about, "1.0"), *(named(one, tag) for one in entries))
    assert (await signed(tmp_path, sigstore)).outcome is Outcome.UNKNOWN


async def test_a_list_of_referrers_that_is_there_twice_can_be_read_in_two_ways(
    tmp_path: Path, sigstore: PrivateSigstore
) -> None:
    about = image(tmp_path)
    listed = bundle(tmp_path, sigstore, about)
    text = b'{"schemaVersion":2,"manifests":[%s],"manifests":[]}' % json.dumps(listed).encode()
    put(tmp_path, text)
    fallback = named(descriptor(text, "application/vnd.oci.image.index.v1+json"), about["digest"].replace(":", "-"))
    write_index(tmp_path, named(about, "1.0"), fallback)
    search = SignatureFinder(sigstore.trust, clock=lambda: TODAY)
    report = await check(
        parse_layout(f"oci:{tmp_path}:1.0"), LayoutRegistry(tmp_path), default_policies(), search=search
    )
    assert next(one for one in report.results if one.rule == "document-ambiguous").outcome is Outcome.FAIL
