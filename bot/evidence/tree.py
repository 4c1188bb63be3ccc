"""An image's index and the indexes within it: which children run, and which are said to be attestations.

https://docs.docker.com/build/metadata/attestations/attestation-storage/
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from bot.errors import MalformedError
from bot.evidence import MissingBlob, Unreadable
from bot.evidence.asking import Answer, Asking, Gone
from bot.evidence.options import INDEX_DEPTH_MAX
from bot.oci.manifest import INDEX_TYPES, Content, Descriptor, Index

T = TypeVar("T")

REFERENCE_TYPE: Final = ("vnd.docker.reference.type", "com.docker.reference.type")
REFERENCE_DIGEST: Final = ("vnd.docker.reference.digest", "com.docker.reference.digest")
ATTESTATION: Final = "attestation-manifest"
NESTED: Final = (
    "an index stands within the index: tools that read one level see neither its platforms nor its attestations"
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """An attestation manifest, and the digest of the manifest that it is said to be about ("" = it does not say)."""

    descriptor: Descriptor
    about: str


@dataclass(slots=True)
class Tree:
    """The children of an image, sorted. `unsorted` are those that tell neither a platform nor a reference."""

    runnable: list[Descriptor] = field(default_factory=list)
    pointers: list[Pointer] = field(default_factory=list)
    unsorted: list[Descriptor] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    annotations: dict[str, str] = field(default_factory=dict)
    missing: list[MissingBlob] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def sort(self, index: Index) -> None:
        """Add an index's children."""
        for child in index.manifests:
            kind = annotated(child, REFERENCE_TYPE)
            if kind == ATTESTATION:
                self.pointers.append(Pointer(child, annotated(child, REFERENCE_DIGEST)))
            elif kind and not names_platform(child):
                continue  # something else that refers to a platform; the convention says to ignore it
            elif child.media_type in INDEX_TYPES:
                self.nested.append(child.digest)
            elif names_platform(child):
                self.runnable.append(child)
                self.notes += [disguised(child)] if kind else []
            else:
                self.unsorted.append(child)

    def tidy(self) -> None:
        """Keep each child once; the same manifest may stand for two platforms, and speak about two."""
        self.runnable = _once(self.runnable, lambda child: (child.digest, str(child.platform)))
        self.pointers = _once(self.pointers, lambda pointer: (pointer.descriptor.digest, pointer.about))
        self.unsorted = _once(self.unsorted, lambda child: child.digest)


def annotated(descriptor: Descriptor, keys: tuple[str, ...]) -> str:
    """The first of these annotations that the descriptor has, else ""."""
    return next((value for key in keys if (value := descriptor.annotations.get(key))), "")


def names_platform(child: Descriptor) -> bool:
    """Whether runtimes would take it for that platform; they do not read annotations."""
    return child.platform is not None and child.platform.known


def disguised(child: Descriptor) -> str:
    """A sentence on a child that is marked as no image, and is one."""
    return f"{child.digest} is marked as an attestation, but {child.platform} could run it, so it is judged"


async def read_tree(asking: Asking) -> Tree:
    """The whole tree below the index that the tag stands for. Raises MalformedError when it is none."""
    tree, content = Tree(), asking.held
    index = content.read(Index)
    tree.annotations = dict(index.annotations)
    tree.sort(index)
    seen = {content.digest}
    if tree.nested:
        tree.notes.append(NESTED)
    for _ in range(INDEX_DEPTH_MAX - 1):
        level, tree.nested = [digest for digest in tree.nested if digest not in seen], []
        seen.update(level)
        for digest, answer in (await asking.manifests(level)).items():
            _add(tree, digest, answer, content.digest)
    for digest in dict.fromkeys(digest for digest in tree.nested if digest not in seen):
        deep = f"index {digest} is nested deeper than INDEX_DEPTH_MAX = {INDEX_DEPTH_MAX} levels"
        tree.unreadable.append(Unreadable(deep))
    tree.tidy()
    return tree


def _add(tree: Tree, digest: str, answer: Answer, named_by: str) -> None:
    match answer:
        case Gone():
            tree.missing.append(MissingBlob(digest, named_by, "index"))
        case Unreadable():
            tree.unreadable.append(answer)
        case Content():
            try:
                tree.sort(answer.read(Index))
            except MalformedError as error:
                tree.unreadable.append(Unreadable(str(error)))


def _once(items: list[T], key: Callable[[T], object]) -> list[T]:
    return list({key(item): item for item in reversed(items)}.values())[::-1]
