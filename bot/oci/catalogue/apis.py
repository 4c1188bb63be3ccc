"""Which registry has which API for its tags."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class TagApi(StrEnum):
    """The value is what an operator writes in PROVENANCE_TAG_APIS."""

    QUAY = "quay"
    HUB = "hub"
    TAGS = "tags"  # the distribution specification's list of names, which every registry has

    @property
    def lists_repositories(self) -> bool:
        """Whether it can say which repositories a namespace has."""
        return self is not TagApi.TAGS


BUILT_IN: Final = {"quay.io": TagApi.QUAY, "docker.io": TagApi.HUB}
"""Docker Hub's API is on another host than its registry; every other registry answers at its own."""


def tag_api(registry: str, listed: Mapping[str, str]) -> TagApi:
    """The API of that registry; `listed` is the operator's table, and comes first."""
    return TagApi(listed.get(registry, BUILT_IN.get(registry, TagApi.TAGS)))
