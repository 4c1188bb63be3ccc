"""The repositories that a glob means, for somebody who asks once: `quay.io/acme/*`."""

from typing import Final

from bot.errors import InvalidReferenceError, MalformedError
from bot.oci.reference import Reference
from bot.policy.globs import expand, require_glob, split_glob
from bot.polling.expanding import Lister
from bot.polling.targets import SENTENCES, Namespace, Refusal, place_of

REPOSITORIES_MAX: Final = 2_000
"""Repositories that one glob may mean."""


async def repositories_of_glob(glob: str, lister: Lister) -> tuple[Reference, ...]:
    """Each repository once, in the registry's order. The glob names no tag.

    Raises InvalidReferenceError when the glob does not name one namespace, or when the registry does not list its
    repositories, and RegistryError when it could not be asked.
    """
    found: dict[str, Reference] = {}
    try:
        alternatives = expand(require_glob(glob))
    except MalformedError as error:
        raise InvalidReferenceError(str(error)) from None
    for one in alternatives:
        name, tag = split_glob(one)
        if tag:
            raise InvalidReferenceError(f"{glob}: a glob of repositories names no tag; --last N takes the newest")
        match place_of(name, lister):
            case Refusal(named, reason):
                raise InvalidReferenceError(f"{named}: {SENTENCES[reason]}")
            case Reference() as repository:
                found[repository.name] = repository
            case Namespace() as place:
                names = await lister.repositories(place.registry, place.namespace)
                fitting = (Reference(place.registry, each, "latest") for each in names if place.holds(each))
                found |= {repository.name: repository for repository in fitting}
    if len(found) > REPOSITORIES_MAX:
        raise InvalidReferenceError(f"{glob}: limit of {REPOSITORIES_MAX} repositories exceeded")
    return tuple(found.values())
