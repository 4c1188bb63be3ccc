"""Short names for the images of a release: `microcks, uber, async-minion` instead of whole references. No I/O."""

from collections import Counter
from collections.abc import Iterable, Mapping


def short_names(images: Iterable[tuple[str, str, str]]) -> Mapping[str, str]:
    """The name of each (image, repository, family), by image.

    The name is the last part of the repository's path, without the first image's name in front of it. Where two
    images would get the same name, e.g. family `-native` of `app` and repository `app-native`, both keep their whole
    path, and a family stands behind a colon.
    """
    listed = list(images)
    lasts = {repository: repository.rpartition("/")[2] for _, repository, _ in listed}
    prefix = _prefix(set(lasts.values()))
    short = {repository: last.removeprefix(prefix) for repository, last in lasts.items()}
    taken = list(short.values())
    short = {repository: name if taken.count(name) == 1 else repository for repository, name in short.items()}
    said = {(repository, family): short[repository] + family for _, repository, family in listed}
    alike = Counter(said.values())
    spelled = _spelled(listed)
    return {
        image: _tagged(image, short[repository])
        if (repository, family) in spelled
        else (name if alike[name := said[repository, family]] == 1 else _whole(repository, family))
        for image, repository, family in listed
    }


def _spelled(listed: Iterable[tuple[str, str, str]]) -> frozenset[tuple[str, str]]:
    """The repositories and families of which one registry has the version in several spellings."""
    places = Counter((image.rpartition(":")[0], repository, family) for image, repository, family in listed)
    return frozenset((repository, family) for (_, repository, family), count in places.items() if count > 1)


def _tagged(image: str, name: str) -> str:
    return f"{name}:{image.rpartition(':')[2]}"


def _whole(repository: str, family: str) -> str:
    """No repository has a colon in it."""
    return f"{repository}:{family.removeprefix('-')}" if family else repository


def _prefix(lasts: set[str]) -> str:
    """`microcks-` for microcks, microcks-uber and microcks-cli; "" without such a common beginning."""
    first = min(lasts, key=len, default="")
    rest = [last for last in lasts if last != first]
    return f"{first}-" if rest and all(last.startswith(f"{first}-") for last in rest) else ""
