"""Images put together part by part in a fake registry, to be wrong in one way.

image = Builder(registry)
amd64 = image.platform("linux/amd64")
image.index(amd64, image.attestation(amd64, image.statement(amd64, v1())))
evidence = await image.gather(options)
"""

from typing import Any, Final

from bot.attestations.statement import SLSA_V1
from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.oci.wire.pace import Pace
from tests.attestations.predicates import statement
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.registry_shelf import OCI_INDEX as OCI_INDEX  # noqa: PLC0414 - for the tests
from tests.registry_shelf import OCI_MANIFEST as OCI_MANIFEST  # noqa: PLC0414
from tests.registry_shelf import descriptor, encode

IMAGE_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
IMAGE_LAYER: Final = "application/vnd.oci.image.layer.v1.tar+gzip"
IN_TOTO: Final = "application/vnd.in-toto+json"
ATTESTATION: Final = "application/vnd.docker.attestation.manifest.v1+json"
EMPTY: Final = "application/vnd.oci.empty.v1+json"
OPTIONS: Final = GatherOptions()
NAME: Final = "team/app"
TAG: Final = "1.0"

Json = dict[str, Any]


class Builder:
    """One repository of a fake registry, to push parts of an image to."""

    def __init__(self, registry: FakeRegistry) -> None:
        self.registry = registry
        self.repository = registry.repository(NAME)

    @property
    def reference(self) -> Reference:
        return Reference.parse(f"{self.registry.host}/{NAME}:{TAG}")

    def config(self, platform: str = "linux/amd64", **more: object) -> Json:
        """An image configuration; `more` are further keys, e.g. config={"Env": [...]}."""
        os, architecture = platform.split("/")[:2]
        data = encode({"os": os, "architecture": architecture, "rootfs": {"type": "layers", "diff_ids": []}, **more})
        self.repository.add_blob(data)
        return descriptor(data, IMAGE_CONFIG)

    def platform(self, name: str = "linux/amd64", *, config: Json | None = None, also: Json | None = None) -> Json:
        """A platform's image; its descriptor as it stands in an index. `also`: further keys of the platform."""
        layer = descriptor(name.encode(), IMAGE_LAYER)
        manifest = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": config or self.config(name),
            "layers": [layer],
        }
        data = encode(manifest)
        self.repository.add_manifest(data)
        os, architecture, *variant = name.split("/")
        told = {"os": os, "architecture": architecture, **({"variant": variant[0]} if variant else {}), **(also or {})}
        return descriptor(data, OCI_MANIFEST, platform=told)

    def statement(self, about: Json, predicate: object, kind: str = SLSA_V1, **more: object) -> Json:
        """A statement about that platform; its layer's descriptor."""
        return self.layer(statement(predicate, kind, about=about["digest"], **more), kind)

    def layer(self, data: bytes, kind: str = "", *, media_type: str = IN_TOTO) -> Json:
        """Any bytes as a layer of an attestation manifest."""
        self.repository.add_blob(data)
        annotations = {"annotations": {"in-toto.io/predicate-type": kind}} if kind else {}
        return descriptor(data, media_type, **annotations)

    def attestation(
        self, about: Json, *layers: Json, artifact: bool = True, annotations: dict[str, str] | None = None
    ) -> Json:
        """An attestation manifest; its descriptor as it stands in an index, `annotations` instead of the usual."""
        self.repository.add_blob(b"{}")
        manifest: Json = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": descriptor(b"{}", EMPTY if artifact else IMAGE_CONFIG),
            "layers": list(layers),
        }
        if artifact:
            manifest |= {
                "artifactType": ATTESTATION,
                "subject": {key: about[key] for key in ("mediaType", "digest", "size")},
            }
        data = encode(manifest)
        self.repository.add_manifest(data)
        usual = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": about["digest"]}
        unknown = {"os": "unknown", "architecture": "unknown"}
        return descriptor(data, OCI_MANIFEST, platform=unknown, annotations=annotations or usual)

    def index(self, *children: Json, tag: str = TAG, **more: object) -> str:
        """The index under the tag; returns its digest."""
        document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(children), **more}
        return self.repository.add_manifest(encode(document), OCI_INDEX, tag=tag)

    def manifest(self, document: Json, media_type: str = OCI_MANIFEST) -> str:
        """Any document under the tag."""
        return self.repository.add_manifest(encode(document), media_type, tag=TAG)

    def lose(self, child: Json) -> None:
        """Forget what the descriptor names."""
        self.registry.lose(NAME, child["digest"])

    async def gather(self, options: GatherOptions = OPTIONS, *, pace: Pace | None = None) -> Evidence:
        """Look at the tag, over HTTP."""
        async with opened(self.registry, pace=pace) as registry:
            return await gather(self.reference, registry, options)
