"""What each image of `provenance check` is compared with: the image of `--baseline`, or its own earlier release."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.cli.asked_images import AskedImages
from bot.errors import InvalidReferenceError, RegistryError, UsageError
from bot.oci.asked import bare, parse_asked
from bot.oci.reference import Reference

if TYPE_CHECKING:
    from bot.oci.registries import OpenRegistries
    from bot.policy import Policies


class BaselineChoice(Struct, frozen=True):
    """`named` is what a person asked for; with `is_looked_up`, each image's release before is found by its tags."""

    named: Reference | None = None
    why_not: RegistryError | None = None
    is_looked_up: bool = False

    async def of(
        self, images: Sequence[Reference], registry: "OpenRegistries", policies: "Callable[[], Policies]"
    ) -> tuple[dict[Reference, Reference], dict[Reference, str]]:
        """The baseline of each image that has one, and for others why not."""
        if self.named is not None:
            return dict.fromkeys(images, self.named), {}
        if not self.is_looked_up:
            return {}, {}
        found = {image: await _before(image, registry, policies()) for image in images}
        there = {image: before for image, before in found.items() if isinstance(before, Reference)}
        return there, {image: why for image, why in found.items() if isinstance(why, str)}

    def error(self, image: Reference) -> RegistryError | None:
        """Why the named baseline cannot be looked at."""
        return self.why_not if image == self.named else None


def baseline_choice(text: str | None, *, since: bool, asked: AskedImages, is_one: bool) -> BaselineChoice:
    """Raises UsageError when `--baseline` does not name one image that another one is compared with."""
    if text is None:
        return BaselineChoice(is_looked_up=since)
    if not is_one:
        raise UsageError(f"--baseline is for one image, and {len(asked.images)} or more are named")
    try:
        image, error = parse_asked(text, layouts=True), None
    except InvalidReferenceError:
        raise
    except RegistryError as caught:
        image, error = Reference(bare(text), ""), caught
    if image in asked.images:
        raise UsageError(f"--baseline: {text} is the image itself; name an earlier release")
    return BaselineChoice(image, error)


def doubts(image: Reference, baseline: Reference, policies: "Policies") -> Iterator[str]:
    """What a person should know who compares an image with that one."""
    from bot.releases.baseline import BaselineDoubt, doubts_about  # noqa: PLC0415 - only with a baseline

    said = {
        BaselineDoubt.NEWER: "is newer than the image: what it has and the image lacks is not lost, but not there yet",
        BaselineDoubt.SAME_VERSION: "has the same version as the image",
        BaselineDoubt.FAMILY: "is of another family of tags, which may be built in another way",
        BaselineDoubt.REPOSITORY: "is of another repository",
        BaselineDoubt.ROLLING: "is a tag that moves by design: it may be newer than the image",
    }
    for doubt in doubts_about(image, baseline, policies.for_image(image), policies.for_image(baseline)):
        yield f"The baseline {baseline} {said[doubt]}."


async def _before(image: Reference, registry: "OpenRegistries", policies: "Policies") -> Reference | str:
    """The newest earlier release of the image's family, or why there is none."""
    from bot.releases.baseline import baseline_tag  # noqa: PLC0415
    from bot.releases.placing import place  # noqa: PLC0415

    policy = policies.for_image(image)
    own = place(image, policy)
    if own is None or own.release.is_rolling:
        return "its tag is not a version, so no earlier release is known; name one with --baseline"
    try:
        tag = baseline_tag(own, await registry.tags(image), policy)
    except RegistryError as error:
        return f"the repository's tags could not be listed: {error}"
    return image.tagged(tag) if tag else "no earlier version of its family is in the repository"
