"""Files that give images other names, or bring images that stand in no file: Kustomize's, and Flux's of its kind.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from collections.abc import Iterator
from typing import Final

from bot.workflows.nodes import Mapping, Node, Scalar, scalars

FILES: Final = frozenset({"kustomization.yaml", "kustomization.yml"})

_API: Final = "kustomize.config.k8s.io/"
_RENAMED: Final = frozenset({"newName", "newTag"})
_MADE: Final = ("helmCharts", "helmChartInflationGenerator", "replacements")
"""Keys by which images come from elsewhere."""

_PATCHES: Final = ("patches", "patchesJson6902", "patchesStrategicMerge")
_BASES: Final = ("resources", "bases", "components")


def changed_images(document: Node, *, file: str) -> int | None:
    """Where images are changed that stand in other files, or brought from elsewhere; None when nowhere.

    `file` is the name without its folder: a file of Kustomize's need not name its kind.
    """
    if not isinstance(document, Mapping):
        return None
    is_kustomization = file in FILES or document.text("apiVersion").startswith(_API)
    found = [*_renamed(document, every=is_kustomization), *(_brought(document) if is_kustomization else ())]
    return min((node.place.start for node in found), default=None)


def _renamed(document: Mapping, *, every: bool) -> Iterator[Node]:
    """Entries of `images`; Flux has them in its `spec`. A list of that name is common, one with these keys is not."""
    for table in (document, document.mapping("spec")):
        for entry in table.sequence("images") if table else ():
            if isinstance(entry, Mapping) and (every or not _RENAMED.isdisjoint(entry.flat())):
                yield entry


def _brought(document: Mapping) -> Iterator[Node]:
    yield from (node for key in _MADE if (node := document.get(key)) is not None)
    for key in _PATCHES:
        patches = document.get(key)
        yield from (text for text in (scalars(patches) if patches else ()) if "image" in text.value)
    for key in _BASES:
        for base in document.sequence(key):
            if isinstance(base, Scalar) and _is_remote(base.value):
                yield base


def _is_remote(base: str) -> bool:
    """An address, or a repository as `github.com/owner/name//folder?ref=v1`."""
    return "://" in base or "//" in base or "?ref=" in base or base.startswith(("git@", "github.com/"))
