"""Looks at the images of `provenance check`: all in parallel, each error kept beside its image.

The first requests are sent before the rules and the renderer are imported, so that the import costs no extra time.
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Final

from bot.cli.asked_images import AskedImages, ImageScope, expand
from bot.cli.named_images import NamedImage
from bot.cli.progress import shown
from bot.errors import NotFoundError, RegistryError, SettingsError
from bot.oci.reference import Reference

if TYPE_CHECKING:
    from bot.cli.baselines import BaselineChoice
    from bot.evidence import Evidence
    from bot.evidence.options import GatherOptions
    from bot.oci.registries import OpenRegistries
    from bot.policy import Policies
    from bot.policy.search import Searching
    from bot.settings import Settings
    from bot.signatures.search import SignatureSearch

AT_ONCE: Final = 8
"""Images that are checked at the same time."""

AHEAD: Final = (
    "bot.evidence.asking",
    "bot.evidence.attestation_manifests",
    "bot.evidence.children",
    "bot.evidence.attested",
    "bot.evidence.examining",
    "bot.report.evidence",
    "bot.report.results",
    "bot.report.document",
    "bot.causes",
    "bot.check",
    "bot.check.code_host",
    "bot.cli.contexts",
    "bot.policy.source",
)
"""Modules that are not needed before the first answer, in the order in which they are, each after those it imports."""

TAGS_TOLD: Final = 5
"""Tags that are named when `latest`, which nobody named, is not there."""


@dataclass(slots=True)
class LookedImages:
    """What was found. `tags` are the newest ones of repositories of which no tag was named, and `latest` is not there.

    `baselines` says with which image each is compared.
    """

    seen: dict[Reference, "Evidence | RegistryError"] = field(default_factory=dict)
    earlier: dict[Reference, "Evidence | RegistryError"] = field(default_factory=dict)
    baselines: dict[Reference, Reference] = field(default_factory=dict)
    without: dict[Reference, str] = field(default_factory=dict)  # why an image has no baseline
    tags: dict[Reference, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathering:
    """All that is needed to look.

    The built-in policy imports every rule, so it is loaded while requests are running.
    """

    settings: "Settings"
    policies: "Callable[[], Policies]"
    arguments: argparse.Namespace

    async def look(
        self, asked: AskedImages, wider: Sequence[NamedImage], scope: ImageScope, choice: "BaselineChoice"
    ) -> LookedImages:
        """Everything about the images, and about what they are compared with."""
        from bot.late_authorities import import_client  # noqa: PLC0415 - not for wrong usage

        import_client()
        from bot.oci.registries import open_registries  # noqa: PLC0415

        looked = LookedImages()
        async with open_registries(self.settings.registry_options(local=True)) as registry:
            options = self._options()
            searching = self._searching(options)
            if wider:
                await expand(wider, asked, scope, registry, self.policies())
            looked.baselines, looked.without = await choice.of(list(asked.images), registry, self.policies)
            extra = {one: choice.error(one) for one in looked.baselines.values() if one not in asked.images}
            found = await self._all(asked.images | extra, registry, options, searching)
            looked.tags = await _tags_told(found, asked, registry)
        found = await self._with_attestations(found, searching)
        looked.seen = {image: found[image] for image in asked.images}
        looked.earlier = {image: found[image] for image in looked.baselines.values()}
        return looked

    async def _all(
        self,
        images: Mapping[Reference, RegistryError | None],
        registry: "OpenRegistries",
        options: "GatherOptions",
        searching: "Searching",
    ) -> "dict[Reference, Evidence | RegistryError]":
        gate = asyncio.Semaphore(AT_ONCE)
        looks = [
            _look(image, registry, options, gate, error or searching.for_image(image))
            for image, error in images.items()
        ]
        tasks = [asyncio.create_task(look) for look in looks]
        ahead = asyncio.create_task(self._import_ahead())
        async with shown(tasks, wanted=not self.arguments.quiet):
            found = await asyncio.gather(*tasks)
        await ahead
        return dict(zip(images, found, strict=True))

    async def _import_ahead(self) -> None:
        """Import what reads and judges while answers are on their way; each of them waits for one import at most.

        Not in a thread: two that hold the interpreter in turns take longer than one.
        """
        for name in AHEAD:
            await asyncio.sleep(0)
            import_module(name)
        with suppress(SettingsError):  # said when it is needed
            self.policies()

    async def _with_attestations(
        self, seen: "Mapping[Reference, Evidence | RegistryError]", searching: "Searching"
    ) -> "dict[Reference, Evidence | RegistryError]":
        """The same, with what the code hosts of the images' sources hold about them."""
        from bot.check.code_host import repositories, with_attestations  # noqa: PLC0415

        found = [one for one in seen.values() if not isinstance(one, RegistryError)]
        policies, server = self.policies(), self.settings.github_server
        if not any(repositories(one, policies.for_image(one.image), server) for one in found):
            return dict(seen)
        if self.settings.github_api:
            from bot.cli.code_host import add_attestations  # noqa: PLC0415 - heavy

            more = iter(await add_attestations(found, policies, searching, self.settings))
        else:
            judged = [(one, policies.for_image(one.image), searching.for_image(one.image)) for one in found]
            more = iter([await with_attestations(one, policy, None, judge) for one, policy, judge in judged])
        return {image: one if isinstance(one, RegistryError) else next(more) for image, one in seen.items()}

    def _searching(self, options: "GatherOptions") -> "Searching":
        from bot.policy.search import Searching  # noqa: PLC0415

        searching = Searching(self.settings.root_options(), self.policies, options=options)
        searching.prepare()
        return searching

    def _options(self) -> "GatherOptions":
        from bot.evidence.options import GatherOptions  # noqa: PLC0415

        return GatherOptions(
            config=self.arguments.config,
            statement_max=self.settings.statement_max,
            sbom_max=self.settings.sbom_max,
        )


async def _look(
    image: Reference,
    registry: "OpenRegistries",
    options: "GatherOptions",
    gate: asyncio.Semaphore,
    search: "SignatureSearch | RegistryError",
) -> "Evidence | RegistryError":
    """`search` for the image's signatures, or what kept us from finding the image at all."""
    from bot.evidence.gather import gather  # noqa: PLC0415

    if isinstance(search, RegistryError):
        return search
    async with gate:
        try:
            return await gather(image, registry, options, search=search)
        except RegistryError as error:
            return error


async def _tags_told(
    found: "Mapping[Reference, Evidence | RegistryError]", asked: AskedImages, registry: "OpenRegistries"
) -> dict[Reference, Sequence[str]]:
    absent = [image for image in asked.assumed if isinstance(found.get(image), NotFoundError)]
    if not absent:
        return {}
    from bot.oci.reference import is_evidence_tag  # noqa: PLC0415
    from bot.releases.versions import order  # noqa: PLC0415

    told: dict[Reference, Sequence[str]] = {}
    for image in absent:
        with suppress(RegistryError):
            tags = [tag for tag in await registry.tags(image) if not is_evidence_tag(tag)]
            told[image] = sorted(tags, key=order, reverse=True)[:TAGS_TOLD]
    return told
