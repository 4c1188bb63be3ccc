"""The repositories that globs mean, for an audit: asked of the registries that list them."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError, RegistryError
from bot.oci.reference import LAYOUT_PREFIX, Reference
from bot.policy.globs import split_glob
from bot.polling.expanding import Lister
from bot.polling.namespaces import repositories_of_glob
from bot.report.audit import Unlisted

_WILD: Final = frozenset("*?{")


class Expanded(Struct, frozen=True):
    """The repositories; the globs that could not be asked for, with the reason; and those that nobody can expand."""

    repositories: tuple[Reference, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    notes: tuple[str, ...] = ()

    def joined(self, others: Iterable[Reference]) -> tuple[Reference, ...]:
        """All repositories, each once, the others first."""
        return tuple({one.name: one for one in (*others, *self.repositories)}.values())


def is_glob(text: str) -> bool:
    """Whether the name has a wildcard."""
    return bool(_WILD & set(text)) and not text.startswith(LAYOUT_PREFIX)


async def expand(globs: Iterable[str], lister: Lister) -> Expanded:
    """Each glob by itself: one that cannot be expanded does not hide the others."""
    found: list[Reference] = []
    unlisted: list[Unlisted] = []
    notes: list[str] = []
    for glob in globs:
        name = split_glob(glob)[0]
        try:
            repositories = await repositories_of_glob(name, lister)
        except InvalidReferenceError as error:
            notes.append(f"not audited: {error}")
        except RegistryError as error:
            unlisted.append(Unlisted(repository=name, reason=str(error)))
        else:
            found += repositories
            if not repositories:
                notes.append(f"{name}: the registry lists no such repository")
    return Expanded(tuple(found), tuple(unlisted), tuple(notes))
