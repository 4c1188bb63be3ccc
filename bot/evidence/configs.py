"""The images' configurations of all platforms: which to read, and what reading them brought."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.repository import with_labels
from bot.errors import MalformedError
from bot.evidence import ImageConfig, NotAsked, PlatformEvidence, Unreadable
from bot.evidence.asking import Answer, Asking, Gone, aside
from bot.evidence.config import read_config
from bot.evidence.options import CONFIG_MAX, GatherOptions, Limit
from bot.oci.kind import read_manifest
from bot.oci.manifest import Content, Descriptor, Platform
from bot.unreadable import gone, unreadable

Config = ImageConfig | Unreadable | NotAsked

RECORDED: Final = NotAsked("mode=max records the Dockerfile, build arguments and labels already")
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
                return await _read(blobs.get(read_manifest(content).config.digest))
            except MalformedError as error:
                return Platform(), unreadable(error, digest)


async def add_configs(
    platforms: list[PlatformEvidence], manifests: Mapping[str, Answer], asking: Asking, options: GatherOptions
) -> list[PlatformEvidence]:
    """Read the configurations that are still wanted: one further round trip for those that need them."""
    wanted = [p.digest for p in platforms if p.config is None and _is_wanted(p, options)]
    blobs = await asking.blobs(config_blobs(manifests, wanted))
    there = {digest: manifests[digest] for digest in wanted}
    return [await _with_config(platform, there, blobs, options) for platform in platforms]


def _is_wanted(platform: PlatformEvidence, options: GatherOptions) -> bool:
    recorded = isinstance(platform.provenance, Provenance) and platform.provenance.mode is Mode.MAX
    return options.config != "never" and not recorded


async def _with_config(
    platform: PlatformEvidence, manifests: Mapping[str, Answer], blobs: Mapping[str, Answer], options: GatherOptions
) -> PlatformEvidence:
    config = platform.config
    if config is None and platform.digest in manifests:
        _, config = await config_of(platform.digest, manifests, blobs)
    elif config is None:
        config = SWITCHED_OFF if options.config == "never" else RECORDED
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


async def _read(answer: Answer | None) -> tuple[Platform, Config]:
    match answer:
        case Content():
            return await aside(answer.data, read_config, answer)
        case Unreadable():
            return Platform(), answer
        case _:
            return Platform(), gone("the image's configuration", "")
