"""Flags of a `docker buildx build` or `bake` command line."""

from msgspec import Struct

from bot.workflows.builds import Ask
from bot.workflows.editors import FULL, in_full
from bot.workflows.edits import Fix, insert
from bot.workflows.text import Place, SourceText


class FlagEditor(Struct, frozen=True):
    """`verb` is where the word build stands; None when that is not known in the file."""

    source: SourceText
    verb: Place | None

    def ask(self, what: str, said: Ask) -> Fix | None:
        """A flag right behind the verb, where no continuation can break it; or the value replaced."""
        if said.place is not None or not said.writable:
            return in_full(self.source, what, said)
        return insert(self.verb.end, f" --{what}={FULL[what]}") if self.verb else None


class NoEditor(Struct, frozen=True):
    """A place where nothing can be written mechanically."""

    def ask(self, what: str, said: Ask) -> Fix | None:  # noqa: ARG002 - it is a Editor
        """Nothing."""
        return None
