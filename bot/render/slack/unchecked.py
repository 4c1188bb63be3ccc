"""Images of one thread that could not be checked, and when each of them failed last; kept in the message's metadata."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from bot.render.slack.escape import code, escaped
from bot.render.slack.words import NAMES_MAX

IMAGES_MAX: Final = 900
"""Characters of the names of images in the metadata."""

_TIME: Final = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)


class Unchecked(Struct, frozen=True):
    """`failed_at`: seconds since the epoch, by image, the newest last. `is_cut` when there are more images."""

    failed_at: Mapping[str, float]
    is_cut: bool = False

    @classmethod
    def of(cls, facts: Mapping[str, str | int]) -> "Unchecked":
        """From a message's metadata. Messages of earlier versions of this program name only the last image."""
        images, times = (str(facts.get(name, "")).split(",") for name in ("images", "failed_at"))
        found = {image: float(at) for image, at in zip(images, times, strict=False) if image and _TIME.fullmatch(at)}
        subject = str(facts.get("subject", ""))
        return cls(found or ({subject: 0.0} if subject else {}), facts.get("is_cut") == 1)

    def joined(self, image: str, at: float) -> "Unchecked":
        """With that image as the newest; the oldest are left out where the metadata has no room."""
        kept: dict[str, float] = {image: at}
        for other in reversed([name for name in self.failed_at if name != image]):
            if len(",".join([*kept, other])) > IMAGES_MAX:
                return Unchecked(dict(reversed(kept.items())), is_cut=True)
            kept[other] = self.failed_at[other]
        return Unchecked(dict(reversed(kept.items())), self.is_cut)

    def without(self, checked: Iterable[str]) -> "Unchecked":
        """What is left when those are checked."""
        done = set(checked)
        return Unchecked({image: at for image, at in self.failed_at.items() if image not in done}, self.is_cut)

    @property
    def are_many(self) -> bool:
        """Whether it is more than one."""
        return len(self.failed_at) > 1 or self.is_cut

    @property
    def count(self) -> str:
        """`3 images`."""
        more = "more than " if self.is_cut else ""
        return f"{more}{len(self.failed_at)} images" if self.are_many else "1 image"

    @property
    def last(self) -> str:
        """The image that failed last."""
        return next(reversed(list(self.failed_at)), "")

    @property
    def shown(self) -> str:
        """Code spans of the first few."""
        return self._named(code)

    @property
    def spoken(self) -> str:
        """The same for notifications."""
        return self._named(escaped)

    @property
    def facts(self) -> dict[str, str | int]:
        """For the metadata."""
        times = (f"{at:.3f}" for at in self.failed_at.values())
        return {"images": ",".join(self.failed_at), "failed_at": ",".join(times), "is_cut": int(self.is_cut)}

    def _named(self, written: Callable[[str, int], str]) -> str:
        names = list(reversed(list(self.failed_at)))
        rest = len(names) - NAMES_MAX
        more = f" and {'more than ' if self.is_cut else ''}{rest} more" if rest > 0 else " and others" * self.is_cut
        return ", ".join(written(name, 300) for name in names[:NAMES_MAX]) + more
