"""Somebody says: I revoked the secret that this image shows. The image still shows it until it is built again."""

from dataclasses import dataclass

from bot.attention.failing import Failing
from bot.attention.place import NotePlace


@dataclass(frozen=True, slots=True)
class RevokedSecret:
    """Who revoked what the images of a release show, and when. The secret itself is not known here."""

    place: NotePlace
    who: str
    at: float
    failing: Failing  # the images that show it, and the rules that found it

    def holds(self, now_failing: Failing) -> bool:
        """It is about these digests alone: another one may show another secret."""
        about = now_failing.only(self.failing.rules)
        return bool(about.found) and about.is_within(self.failing)
