"""From names to images: repositories and namespaces are expanded where that is asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from bot.cli.named_images import NamedImage
from bot.errors import InvalidReferenceError, RegistryError, UsageError
from bot.oci.asked import bare, parse_asked
from bot.oci.reference import LAYOUT_PREFIX, Reference

if TYPE_CHECKING:
    from bot.oci.registries import OpenRegistries
    from bot.policy import Policies

LATEST: Final = "latest"

IMAGES_MAX: Final = 5_000
"""Images of one run; an audit is made for more."""

_WILD: Final = frozenset("*?{")


class ImageScope(Struct, frozen=True):
    """Which tags of repositories are meant: `last` versions of each family, all of them, or none (a tag is named)."""

    all_tags: bool = False
    last: int = 0

    @property
    def is_repositories(self) -> bool:
        """Whether names without a tag are repositories."""
        return self.all_tags or self.last > 0


class AskedImages(Struct):
    """What to look at, in order. An image that cannot be looked at has an error."""

    images: dict[Reference, RegistryError | None] = field(default_factory=dict)
    assumed: set[Reference] = field(default_factory=set)  # nobody named their tag

    def add(self, image: Reference, error: RegistryError | None = None) -> None:
        """Add it, once. Raises UsageError beyond IMAGES_MAX."""
        self.images.setdefault(image, error)
        if len(self.images) > IMAGES_MAX:
            raise UsageError(f"limit of {IMAGES_MAX} images exceeded; `provenance audit` looks at more")


def asked_images(names: Iterable[NamedImage], scope: ImageScope) -> tuple[AskedImages, tuple[NamedImage, ...]]:
    """The images, and the names that stand for repositories. Raises UsageError with the place of a wrong name."""
    asked, wider = AskedImages(), list[NamedImage]()
    for one in names:
        if _is_glob(one.text) or (scope.is_repositories and _is_untagged(one.text)):
            wider.append(one)
            continue
        image, error = _image(one)
        asked.add(image, error)
        if not image.layout and _is_untagged(one.text):
            asked.assumed.add(image)
    return asked, tuple(wider)


async def expand(
    wider: Sequence[NamedImage], asked: AskedImages, scope: ImageScope, registry: "OpenRegistries", policies: "Policies"
) -> None:
    """Add the images of these repositories and globs. A repository that cannot be listed is an image with an error."""
    from bot.check.audit.scope import AuditScope, choose, repository  # noqa: PLC0415 - only when it is asked for
    from bot.polling.namespaces import repositories_of_glob  # noqa: PLC0415

    wanted = AuditScope(last=scope.last, rolling=scope.all_tags)
    for one in wider:
        try:
            if _is_glob(one.text):
                named = await repositories_of_glob(bare(one.text), registry.catalogue)
            else:
                named = (repository(bare(one.text)),)
        except InvalidReferenceError as error:
            raise _placed(one, error) from None
        except RegistryError as error:
            asked.add(Reference(bare(one.text), ""), error)
            continue
        for place in named:
            try:
                tags = await registry.tags(place)
            except RegistryError as error:
                asked.add(place, error)
                continue
            for scoped in choose(place, tags, policies, wanted if scope.is_repositories else AuditScope(last=1)).images:
                asked.add(scoped.image)
    if not asked.images:
        raise UsageError(f"no image to check: {', '.join(one.text for one in wider)} has no fitting tag")


def assumed_notes(image: Reference, asked: AskedImages, tags: Mapping[Reference, Sequence[str]]) -> Iterator[str]:
    """What is to be said of a tag that nobody named."""
    if image in asked.assumed:
        yield f"No tag was named, so {LATEST} was checked."
        if known := tags.get(image):
            yield f"The newest tags of {image.familiar}: {', '.join(known)}."


def _image(one: NamedImage) -> tuple[Reference, RegistryError | None]:
    """The image, and the error if a layout could not be read."""
    try:
        return parse_asked(one.text, layouts=not one.is_field), None
    except InvalidReferenceError as error:
        raise _placed(one, error) from None
    except RegistryError as error:
        return Reference(bare(one.text), ""), error


def _placed(one: NamedImage, error: Exception) -> UsageError:
    return UsageError(f"{one.where}: {error}" if one.where else str(error))


def _is_glob(text: str) -> bool:
    name = bare(text)
    return bool(_WILD & set(name)) and not name.startswith((LAYOUT_PREFIX, "http:", "https:"))


def _is_untagged(text: str) -> bool:
    name = bare(text)
    return "@" not in name and ":" not in name.rpartition("/")[2] and "://" not in name
