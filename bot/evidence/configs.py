"""The images' configurations of all platforms: what to ask for, and what reading them brought."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from bot.attestations.provenance import Provenance
from bot.attestations.repository import with_labels
from bot.errors import MalformedError
from bot.evidence import ImageConfig, NotAsked, PlatformEvidence, Unreadable
from bot.evidence.asking import Answer, Gone, aside
from bot.evidence.config import read_config
from bot.evidence.options import CONFIG_MAX, Limit
from bot.oci.kind import read_manifest
from bot.oci.manifest import Content, Descriptor, Platform
from bot.unreadable import gone, unreadable
from bot.values import replace

Config = ImageConfig | Unreadable | NotAsked

SWITCHED_OFF: Final = NotAsked("reading image configurations is switched off")


def config_blobs(manifests: Mapping[str, Answer], digests: Iterable[str]) -> list[tuple[Descriptor, Limit]]:
    """What to ask for: the configurations of those platforms whose manifests are there, with the limit."""
    found: list[tuple[Descriptor, Limit]] = []
    for digest in digests:
        answer = manifests.get(digest)
        if isinstance(answer, Content):
            with suppress(MalformedError):  # `config_of` says so
                found.append((read_manifest(answer).config, Limit(CONFIG_MAX, "CONFIG_MAX")))
    return found


async def config_of(
    digest: str, manifests: Mapping[str, Answer], blobs: Mapping[str, Answer]
) -> tuple[Platform, Config]:
    """The platform by its configuration, and the configuration or why it is not known."""
    match manifests[digest]:
        case Gone():
            return Platform(), gone(f"the platform's manifest {digest}", digest)
        case Unreadable() as failed:
            return Platform(), failed
        case Content() as content:
            try:
                manifest = read_manifest(content)
                platform, config = await _read(blobs.get(manifest.config.digest))
            except MalformedError as error:
                return Platform(), unreadable(error, digest)
            return platform, _with_layers(config, len(manifest.layers))


def with_labels_of(config: Config, platform: PlatformEvidence) -> PlatformEvidence:
    """The platform with its configuration, whose labels say where the source is when the provenance does not."""
    if not isinstance(config, ImageConfig):
        return replace(platform, config=config)
    labels = dict(config.labels)
    provenance = platform.provenance
    return replace(
        platform,
        config=config,
        provenance=with_labels(provenance, labels) if isinstance(provenance, Provenance) else provenance,
        provenances=tuple(with_labels(one, labels) for one in platform.provenances),
    )


def _with_layers(config: Config, count: int) -> Config:
    """The configuration with all layers counted: it does not list those that are not file systems, such as WASM."""
    if not isinstance(config, ImageConfig) or config.layers >= count:
        return config
    return replace(config, layers=count)


async def _read(answer: Answer | None) -> tuple[Platform, Config]:
    match answer:
        case Content():
            return await aside(answer.data, read_config, answer)
        case Unreadable():
            return Platform(), answer
        case _:
            return Platform(), gone("the image's configuration", "")
