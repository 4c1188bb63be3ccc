"""The name of a release, which is the subject of its thread, page and jobs, and the place of an image in it."""

from typing import Final

from msgspec import Struct

from bot.errors import MalformedError
from bot.oci.reference import Reference, is_tag
from bot.policy.group import require_group

_ROLLING: Final = " (rolling)"


class ReleaseName(Struct, frozen=True, order=True):
    """A group of repositories and a version; for a rolling tag, the tag itself. No registry is in it."""

    group: str
    version: str
    is_rolling: bool = False

    @classmethod
    def parse(cls, text: str) -> "ReleaseName":
        """Read `str(name)` back. Raises MalformedError."""
        group, _, version = text.removesuffix(_ROLLING).partition(" ")
        if not is_tag(version):
            raise MalformedError(f"{text[:80]!r} is not the name of a release, e.g. acme/app 1.16.0")
        return cls(require_group(group), version, text.endswith(_ROLLING))

    @classmethod
    def of_group(cls, group: str, text: str) -> "ReleaseName":
        """Read `name.in_group` back."""
        return cls(group, text.removesuffix(_ROLLING), text.endswith(_ROLLING))

    @property
    def in_group(self) -> str:
        """What names the release within its group."""
        return self.version + (_ROLLING if self.is_rolling else "")

    @property
    def title(self) -> str:
        """For people: `acme/app 1.16.0`."""
        return f"{self.group} {self.version}"

    def __str__(self) -> str:
        return self.title + (_ROLLING if self.is_rolling else "")


class Placement(Struct, frozen=True):
    """Where one image belongs. Members of one family (`-native`, "") are compared, and never across families."""

    image: Reference  # registry/repository:tag
    release: ReleaseName
    family: str = ""
