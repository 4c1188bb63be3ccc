"""Which of many images that were looked at together belong together, so that each is compared with a few of them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from bot.causes.relatives import origins
from bot.evidence import Evidence

Family: TypeAlias = tuple[str, ...]
"""What its images have in common: path and tag, name and digest, or a word of `origins`."""


class ImageFamilies:
    """Some images by their families. Causes look at no others: see relatives.py and tag_of_another_release.py."""

    def __init__(self, images: Iterable[Evidence]) -> None:
        self._images = tuple(images)
        self._places: defaultdict[Family, list[int]] = defaultdict(list)
        for place, image in enumerate(self._images):
            for family in _families(image):
                self._places[family].append(place)

    def of(self, own: Evidence) -> tuple[Evidence, ...]:
        """Those with the same tag, the same content or the same build, in their order. It is one of them itself."""
        places = {place for family in _families(own) for place in self._places[family]}
        return tuple(self._images[place] for place in sorted(places))


def _families(evidence: Evidence) -> set[Family]:
    image = evidence.image
    builds = {(origin,) for origin in origins(evidence)}
    return {("tag", image.repository, image.tag), ("content", image.name, evidence.digest), *builds}
