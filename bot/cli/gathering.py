"""Looks at the images of `provenance check`: all in parallel, each error kept beside its image.

The first requests are sent before the rules and the renderer are imported, so that the import costs no extra time.
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from bot.cli.ahead import import_ahead
from bot.cli.asked_images import AskedImages, ImageScope, expand
from bot.cli.named_images import NamedImage
from bot.cli.progress import shown
from bot.errors import NotFoundError, RegistryError, SettingsError
from bot.oci.reference import Reference
from bot.values import replace

if TYPE_CHECKING:
    from bot.cli.baselines import BaselineChoice
    from bot.evidence import Evidence
    from bot.evidence.known_readings import ReadingMemory
    from bot.evidence.options import GatherOptions
    from bot.oci.registries import OpenRegistries
    from bot.oci.registry import Registry
    from bot.policy import Policies
    from bot.policy.search import Searching
    from bot.settings import Settings
    from bot.signatures.finder import SignatureFinder

AT_ONCE: Final = 8
"""Images that are checked at the same time."""

TAGS_TOLD: Final = 5
"""Tags that are named when `latest`, which nobody named, is not there."""


class LookedImages(Struct):
    """What was found. `tags` are the newest ones of repositories of which no tag was named, and `latest` is not there.

    `baselines` says with which image each is compared.
    """

    seen: dict[Reference, "Evidence | RegistryError"] = field(default_factory=dict)
    earlier: dict[Reference, "Evidence | RegistryError"] = field(default_factory=dict)
    baselines: dict[Reference, Reference] = field(default_factory=dict)
    without: dict[Reference, str] = field(default_factory=dict)  # why an image has no baseline
    tags: dict[Reference, Sequence[str]] = field(default_factory=dict)


class Gathering(Struct, frozen=True, dict=True):  # it keeps what it makes
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
            if self.settings.root_options().are_told:
                self.searching.prepare()
            if wider:
                await expand(wider, asked, scope, registry, self.policies())
            looked.baselines, looked.without = await choice.of(list(asked.images), registry, self.policies)
            extra = {one: choice.error(one) for one in looked.baselines.values() if one not in asked.images}
            found = await self._all(asked.images | extra, registry)
            looked.tags = await _tags_told(found, asked, registry)
        found = await self._with_attestations(found)
        looked.seen = {image: found[image] for image in asked.images}
        looked.earlier = {image: found[image] for image in looked.baselines.values()}
        return looked

    async def _all(
        self, images: Mapping[Reference, RegistryError | None], registry: "OpenRegistries"
    ) -> "dict[Reference, Evidence | RegistryError]":
        gate = asyncio.Semaphore(AT_ONCE)
        memory, shared = _shared(registry) if len(images) > 1 else (None, registry)
        looks = [self._look(image, shared, gate, error, memory) for image, error in images.items()]
        tasks = list(map(asyncio.create_task, looks))
        ahead = asyncio.create_task(self._ahead())
        async with shown(tasks, wanted=not self.arguments.quiet):
            found = await asyncio.gather(*tasks)
        await ahead
        return dict(zip(images, found, strict=True))

    async def _look(
        self,
        image: Reference,
        registry: "Registry",
        gate: asyncio.Semaphore,
        error: RegistryError | None,
        memory: "ReadingMemory | None",
    ) -> "Evidence | RegistryError":
        """`error` is what kept us from finding the image at all. `memory`: what statements of the others said."""
        if error is not None:
            return error
        from bot.oci.first_document import first_document  # noqa: PLC0415 - not for wrong usage

        async with gate:
            try:
                async with first_document(image, registry) as first:
                    from bot.evidence.gather import gather_from  # noqa: PLC0415 - not before the first request

                    options = replace(self.options, readings=memory)
                    return await gather_from(first, options, search=self._search(image))
            except RegistryError as caught:
                return caught

    async def _ahead(self) -> None:
        await import_ahead()
        with suppress(SettingsError):  # said when it is needed
            self.policies()

    async def _with_attestations(
        self, seen: "Mapping[Reference, Evidence | RegistryError]"
    ) -> "dict[Reference, Evidence | RegistryError]":
        """The same, with what the code hosts of the images' sources hold about them."""
        from bot.check.code_host import is_concerned, with_attestations  # noqa: PLC0415

        found = [one for one in seen.values() if not isinstance(one, RegistryError)]
        policies, server = self.policies(), self.settings.github_server
        if not any(is_concerned(one, policies.for_image(one.image), server) for one in found):
            return dict(seen)
        if self.settings.github_api:
            from bot.cli.code_host import add_attestations  # noqa: PLC0415 - heavy

            more = iter(await add_attestations(found, policies, self.searching, self.settings))
        else:
            judged = [(one, policies.for_image(one.image), self.searching.for_image(one.image)) for one in found]
            more = iter([await with_attestations(one, policy, None, judge) for one, policy, judge in judged])
        return {image: one if isinstance(one, RegistryError) else next(more) for image, one in seen.items()}

    def _search(self, image: Reference) -> "SignatureFinder":
        """As `searching.for_image`, without the policies until there is a signature."""
        from bot.signatures.finder import SignatureFinder  # noqa: PLC0415 - not before the first request
        from bot.signatures.options import SearchLimits  # noqa: PLC0415

        limits = SearchLimits(self.settings.statement_max, self.settings.sbom_max)
        return SignatureFinder(lambda: self.searching.trust(image), limits=limits)

    @cached_property
    def searching(self) -> "Searching":
        """Searches for signatures, with one reading of roots and policies for all images."""
        from bot.policy.search import Searching  # noqa: PLC0415 - not before the first request

        return Searching(self.settings.root_options(), self.policies, options=self.options)

    @cached_property
    def options(self) -> "GatherOptions":
        """How much to look at, and how."""
        from bot.evidence.options import GatherOptions  # noqa: PLC0415 - not before the first request

        return GatherOptions(
            config=self.arguments.config,
            statement_max=self.settings.statement_max,
            sbom_max=self.settings.sbom_max,
        )


def _shared(registry: "Registry") -> "tuple[ReadingMemory, Registry]":
    """What several images of one call have in common is fetched once in a repository, and read once."""
    from bot.evidence.known_readings import ReadingMemory  # noqa: PLC0415 - one image has no use for these
    from bot.oci.sharing import SharingRegistry  # noqa: PLC0415

    return ReadingMemory(), SharingRegistry(registry)


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
