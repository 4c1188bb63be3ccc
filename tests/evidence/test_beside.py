"""Children of an index that nothing runs are no platforms; what only calls itself so is judged as one."""

import io
import tarfile
from collections.abc import Callable
from typing import Final

import pytest

from bot.report import Verdict
from tests.evidence.building import EMPTY, IMAGE_LAYER, OCI_MANIFEST, Builder
from tests.evidence.forgeries.table import ARM, UNKNOWN, honest
from tests.evidence.forging import Forger, Json, archive
from tests.evidence.test_forgeries import LEAN, POLICY, judged, looked, push
from tests.registry_faults import Status
from tests.registry_shelf import digest_of

SOCI: Final = "application/vnd.amazon.soci.index.v2+json"
BINARY: Final = "application/octet-stream"
AMD: Final = {"os": "linux", "architecture": "amd64"}
TABLE: Final = b"\x10\x00\x00\x00" + bytes(range(256)) * 8
"""A table of contents as SOCI writes it: binary, and no archive."""


def child(
    forger: Forger, *layers: bytes, kind: str = SOCI, layer_type: str = BINARY, on: Json = AMD, **more: Json
) -> Json:
    """What `soci convert` adds to an index, and `podman manifest add --artifact` in the same form."""
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": forger.blob(b"{}", kind),
        "layers": [forger.blob(layer, layer_type) for layer in layers],
    }
    made = forger.manifest(document | more)
    return made.child | {"artifactType": kind} | ({"platform": on} if on else {})


def notes(forger: Forger, text: bytes = b"# What is new\n", on: Json = None, layer_type: str = "text/markdown") -> Json:
    return child(forger, text, kind=EMPTY, layer_type=layer_type, on=on, artifactType="application/vnd.acme.notes")


def old_tar(*, printable: bool = False) -> bytes:
    """An archive without a magic number: the header of the first tars, here without a byte that is not text."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        info = tarfile.TarInfo("bin/evil")
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))
    header = bytearray(made.getvalue()[:512])
    header[257:500] = (b" " if printable else b"\x00") * 243
    if printable:
        header = header.replace(b"\x00", b" ")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o \x20" % sum(header)
    return bytes(header) + b"evil".ljust(512)


def blank_tar(*, printable: bool = False) -> bytes:
    """An archive whose checksum is blank: Go reads a 0, and these bytes, as signed numbers, are 0 together."""
    header = bytearray(old_tar(printable=printable))
    header[148:156] = b" " * 8
    left = sum(header[:512])
    for place in range(157, 500):  # no reader of the first tars looks there, for a file
        step = min(left, header[place] + 128)
        header[place], left = (header[place] - step) % 256, left - step
    return bytes(header)


@pytest.mark.parametrize("on", [AMD, ARM, None, UNKNOWN])
async def test_a_soci_index_is_no_platform(image: Builder, on: Json) -> None:
    forger = Forger()
    _, children = honest(forger)
    soci = child(forger, TABLE, TABLE * 2, on=on)
    forger.index(*children, soci)
    push(image, forger)
    evidence = await looked(image)
    assert [one.platform for one in evidence.platforms] == ["linux/amd64"]
    assert any(soci["digest"] in note and SOCI in note for note in evidence.notes)
    assert judged(evidence).verdict is Verdict.PASS


@pytest.mark.parametrize("on", [AMD, None, UNKNOWN])
async def test_a_text_that_podman_added_is_no_platform(image: Builder, on: Json) -> None:
    forger = Forger()
    forger.index(*honest(forger)[1], notes(forger, on=on))
    push(image, forger)
    evidence = await looked(image)
    assert [one.platform for one in evidence.platforms] == ["linux/amd64"]
    assert judged(evidence).verdict is Verdict.PASS


ARCHIVES: Final = {
    "gzip": archive("evil"),
    "zstd": b"\x28\xb5\x2f\xfd rest",
    "skipped by zstd": b"\x50\x2a\x4d\x18\x00\x00\x00\x00\x28\xb5\x2f\xfd",
    "bzip2": b"BZh91AY&SY",
    "xz": b"\xfd7zXZ\x00",
    "tar": old_tar(),
    "tar of text": old_tar(printable=True),
    "tar without a checksum": blank_tar(),
    "tar of text without a checksum": blank_tar(printable=True),
    "program": b"\x7fELF rest",
    "wasm": b"\x00asm rest",
    "script": b"#!/bin/sh\n",
}


@pytest.mark.parametrize("on", [AMD, ARM, None])
@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("as_soci", [True, False])
async def test_what_podman_3_would_unpack_is_a_platform(image: Builder, name: str, on: Json, *, as_soci: bool) -> None:
    """It does not look at a configuration, and knows an archive by its first bytes."""
    forger = Forger()
    _, children = honest(forger)
    evil = ARCHIVES[name]
    forged = child(forger, TABLE, evil, on=on) if as_soci else notes(forger, evil, on)
    forger.index(forged, *children)
    push(image, forger)
    evidence = await looked(image)
    assert len(evidence.platforms) == 2
    for policy in (POLICY, LEAN):
        assert judged(evidence, policy).verdict is Verdict.FAIL


async def test_a_forged_soci_index_is_a_platform(image: Builder) -> None:
    forger = Forger()
    _, children = honest(forger)
    with_config = forger.evil("arm64", artifactType=SOCI).child | {"artifactType": SOCI, "platform": ARM}
    typed_as_soci = forger.config("evil", layer=archive("evil")) | {"mediaType": SOCI}
    forged = [
        with_config,
        child(forger, archive("a"), on=ARM, config=typed_as_soci),
        child(forger, TABLE, layer_type=IMAGE_LAYER, on=ARM),
        child(forger, TABLE, layer_type="", on=ARM),
        child(forger, TABLE, layer_type="application/wasm", on=ARM),
        child(forger, TABLE, kind=EMPTY, artifactType=SOCI, on=ARM),
        child(forger, TABLE, kind="application/vnd.oci.image.config.v1+json", on=ARM),
        child(forger, on=ARM),
        child(forger, TABLE, on=ARM) | {"mediaType": "application/vnd.docker.distribution.manifest.v2+json"},
    ]
    forger.index(*children, *forged)
    push(image, forger)
    evidence = await looked(image)
    assert len(evidence.platforms) == 1 + len(forged)
    assert judged(evidence, LEAN).verdict is Verdict.FAIL


TEXT: Final = b"# What is new\n"
"""Bytes that say nothing against it, so that only the manifest does."""

DOCKER: Final = "application/vnd.docker.distribution.manifest.v2+json"
SAID: Final[dict[str, Callable[[Forger], Json]]] = {
    "a configuration": lambda f: child(f, TEXT, on=ARM, config=f.config("evil") | {"mediaType": SOCI}),
    "a layer of an image": lambda f: child(f, TEXT, layer_type=IMAGE_LAYER, on=ARM),
    "a layer without a type": lambda f: child(f, TEXT, layer_type="", on=ARM),
    "a program": lambda f: child(f, TEXT, layer_type="application/wasm", on=ARM),
    "Docker's type in the descriptor": lambda f: child(f, TEXT, on=ARM) | {"mediaType": DOCKER},
    "Docker's type in the manifest": lambda f: child(f, TEXT, on=ARM, mediaType=DOCKER),
    "binary of another type": lambda f: child(f, TABLE, layer_type="application/x", on=ARM),
}


@pytest.mark.parametrize("name", SAID)
async def test_what_its_manifest_says_is_enough_to_judge_it(image: Builder, name: str) -> None:
    forger = Forger()
    forger.index(*honest(forger)[1], SAID[name](forger))
    push(image, forger)
    evidence = await looked(image)
    assert len(evidence.platforms) == 2
    assert judged(evidence, LEAN).verdict is Verdict.FAIL


async def test_an_archive_beside_a_layer_that_nobody_gets_is_a_platform(image: Builder) -> None:
    """Whoever forges it could hide behind a layer that is not there."""
    forger = Forger()
    forger.index(*honest(forger)[1], child(forger, TABLE, archive("evil"), on=ARM))
    push(image, forger)
    image.registry.fault(f"/blobs/{digest_of(TABLE)}", Status(404))
    evidence = await looked(image)
    assert len(evidence.platforms) == 2
    assert judged(evidence, LEAN).verdict is Verdict.FAIL


async def test_a_layer_of_two_children_has_to_be_right_for_both(image: Builder) -> None:
    forger = Forger()
    _, children = honest(forger)
    forger.index(*children, child(forger, TABLE), notes(forger, TABLE, ARM))
    push(image, forger)
    assert any(one.platform == "linux/arm64" for one in (await looked(image)).platforms)


@pytest.mark.parametrize("status", [500, 404, 403])
async def test_nobody_could_see_what_it_is(image: Builder, status: int) -> None:
    forger = Forger()
    forger.index(*honest(forger)[1], child(forger, TABLE))
    push(image, forger)
    image.registry.fault(f"/blobs/{digest_of(TABLE)}", Status(status))
    evidence = await looked(image)
    assert [one.platform for one in evidence.platforms] == ["linux/amd64"]
    assert judged(evidence).verdict is Verdict.UNKNOWN


async def test_too_many_or_too_large_layers_are_not_read(image: Builder) -> None:
    forger = Forger()
    many = child(forger, TABLE, layers=[forger.blob(TABLE, BINARY)] * 129)
    large = child(forger, TABLE, layers=[forger.blob(TABLE, BINARY) | {"size": 2**30}], on=ARM)
    forger.index(*honest(forger)[1], many, large)
    push(image, forger)
    evidence = await looked(image)
    assert {one.digest for one in evidence.unreadable} >= {many["digest"]}
    assert "LAYER_MAX" in str(evidence.unreadable)
    assert judged(evidence).verdict is Verdict.UNKNOWN


async def test_an_index_of_such_children_alone_does_not_pass(image: Builder) -> None:
    forger = Forger()
    forger.index(child(forger, TABLE), notes(forger))
    push(image, forger)
    evidence = await looked(image)
    assert evidence.platforms == ()
    for policy in (POLICY, LEAN):
        assert judged(evidence, policy).verdict is not Verdict.PASS


async def test_an_index_without_such_a_child_costs_no_request_more(image: Builder) -> None:
    forger = Forger()
    forger.index(*honest(forger)[1])
    push(image, forger)
    before = (await looked(image)).requests.total
    forger.index(*honest(forger)[1], notes(forger, on=UNKNOWN))
    push(image, forger)
    assert (await looked(image)).requests.total == before + 1


async def test_an_index_of_texts_alone_passes_nothing(image: Builder) -> None:
    forger = Forger()
    forger.index(notes(forger))
    push(image, forger)
    assert judged(await looked(image), LEAN).verdict not in {Verdict.PASS, Verdict.WARN}
