"""Documents as an attacker writes them: keys twice, in any case, in any order; and images that tell who they are.

forger = Forger()
good, evil = forger.good(), forger.evil()
forger.top(pairs(("manifests", [good.child]), ("Manifests", [evil.child])), OCI_INDEX)
"""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct, field

from bot.attestations.statement import SLSA_V1, SPDX
from tests.attestations.predicates import BUILT, statement, v1
from tests.evidence.building import ATTESTATION, EMPTY, IMAGE_CONFIG, IMAGE_LAYER, IN_TOTO
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST, descriptor, digest_of

LABEL: Final = "who"
MAX: Final = v1(internal={"buildConfig": BUILT})
SBOM: Final = {
    "spdxVersion": "SPDX-2.3",
    "creationInfo": {"creators": ["Tool: t"], "created": "2026-01-01T00:00:00Z"},
    "packages": [{"name": "a", "versionInfo": "1", "SPDXID": "SPDXRef-a"}],
}

Json = Any


class Pairs(Struct, frozen=True):
    """An object whose keys may stand there twice."""

    items: tuple[tuple[str, Json], ...]


def pairs(*items: tuple[str, Json], **more: Json) -> Pairs:
    return Pairs((*items, *more.items()))


def encode(value: Json) -> bytes:
    """JSON; a key that holds a backslash is written as it is, so that an escape stays one."""
    return _text(value).encode()


def _text(value: Json) -> str:
    if isinstance(value, dict):
        value = Pairs(tuple(value.items()))
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{_key(key)}:{_text(member)}" for key, member in value.items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(member) for member in value) + "]"
    return json.dumps(value)


def _key(key: str) -> str:
    return f'"{key}"' if "\\" in key else json.dumps(key, ensure_ascii=False)


def archive(name: str) -> bytes:
    """A layer that holds one file."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        info = tarfile.TarInfo(f"bin/{name}")
        info.size = len(name)
        tar.addfile(info, io.BytesIO(name.encode()))
    return gzip.compress(raw.getvalue(), mtime=0)


class Made(Struct, frozen=True):
    """A manifest that was made: its digest, and its descriptor without anything that is said of it."""

    digest: str
    child: dict[str, Json]

    def on(self, os: str, architecture: str, **more: Json) -> dict[str, Json]:
        """The descriptor with a platform."""
        return self.child | {"platform": {"os": os, "architecture": architecture, **more}}

    def noted(self, **annotations: str) -> dict[str, Json]:
        """The descriptor with annotations, e.g. type="attestation-manifest" for vnd.docker.reference.type."""
        named = {f"vnd.docker.reference.{key}": value for key, value in annotations.items()}
        return self.child | {"annotations": named}


class Forger(Struct):
    """Collects what is to be pushed, children before their parents. `who` are the images by their label."""

    blobs: list[bytes] = field(default_factory=list)
    manifests: list[tuple[bytes, str]] = field(default_factory=list)
    who: dict[str, str] = field(default_factory=dict)

    def blob(self, data: bytes, media_type: str, **more: Json) -> dict[str, Json]:
        self.blobs.append(data)
        return descriptor(data, media_type, **more)

    def config(self, who: str, os: str = "linux", architecture: str = "amd64", layer: bytes = b"") -> dict[str, Json]:
        """An image configuration that tells who it is."""
        diff_ids = [digest_of(gzip.decompress(layer))] if layer else []
        document = {
            "os": os,
            "architecture": architecture,
            "config": {"Labels": {LABEL: who}, "Cmd": [f"/bin/{who}"]},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        }
        return self.blob(encode(document), IMAGE_CONFIG)

    def image(self, who: str, os: str = "linux", architecture: str = "amd64", **more: Json) -> Made:
        """An image that can run; `more` replaces parts of its manifest."""
        data = archive(who)
        document = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": self.config(who, os, architecture, data),
            "layers": [self.blob(data, IMAGE_LAYER)],
        }
        return self.manifest(document | more, who=who)

    def good(self) -> Made:
        return self.image("good")

    def evil(self, architecture: str = "amd64", **more: Json) -> Made:
        return self.image("evil", "linux", architecture, **more)

    def manifest(self, document: Json, media_type: str = OCI_MANIFEST, *, who: str = "", said: str = "") -> Made:
        """Any document; `media_type` is what it is pushed as, `said` what its descriptor will say."""
        data = encode(document)
        self.manifests.append((data, media_type))
        if who:
            self.who[who] = digest_of(data)
        return Made(digest_of(data), descriptor(data, said or media_type))

    def index(self, *children: Json, media_type: str = OCI_INDEX, **more: Json) -> Made:
        document = {"schemaVersion": 2, "mediaType": media_type, "manifests": list(children), **more}
        return self.manifest(document, media_type)

    def attestation(self, about: Made, *, layers: list[Json] | None = None, **more: Json) -> dict[str, Json]:
        """What BuildKit writes about an image: everything that the built-in policy asks for. Its child."""
        document = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "artifactType": ATTESTATION,
            "config": self.blob(b"{}", EMPTY),
            "layers": layers if layers is not None else self.statements(about),
            "subject": about.child,
        }
        made = self.manifest(document | more)
        unknown = {"platform": {"os": "unknown", "architecture": "unknown"}}
        return made.noted(type="attestation-manifest", digest=about.digest) | unknown

    def statements(self, about: Made, **more: Json) -> list[Json]:
        return [
            self.statement(statement(MAX, about=about.digest, **more), SLSA_V1),
            self.statement(statement(SBOM, SPDX, about=about.digest, **more), SPDX),
        ]

    def statement(self, data: bytes, kind: str) -> dict[str, Json]:
        return self.blob(data, IN_TOTO, annotations={"in-toto.io/predicate-type": kind})


Forgery = Callable[[Forger], Made]
"""Makes everything that is to be pushed; the last is what the tag stands for."""
