"""An image's index and the indexes within it: which children run, and which are said to be attestations.

https://docs.docker.com/build/metadata/attestations/attestation-storage/
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from msgspec import Struct, field

from bot.errors import MalformedError
from bot.evidence import MissingBlob, Unreadable
from bot.evidence.asking import Answer, Asking, Gone
from bot.evidence.attestation_manifests import is_selectable
from bot.evidence.options import INDEX_DEPTH_MAX
from bot.oci.ambiguity import Twofold, notice, reading
from bot.oci.kind import DocumentKind, kind_of_type, open_document
from bot.oci.manifest import Content, Descriptor, Index
from bot.unreadable import MissingKind, over_limit, unreadable

T = TypeVar("T")

REFERENCE_TYPE: Final = ("vnd.docker.reference.type", "com.docker.reference.type")
REFERENCE_DIGEST: Final = ("vnd.docker.reference.digest", "com.docker.reference.digest")
ATTESTATION: Final = "attestation-manifest"
NESTED: Final = (
    "an index stands within the index: tools that read one level see neither its platforms nor its attestations"
)


class Pointer(Struct, frozen=True):
    """An attestation manifest, and the digest of the manifest that it is said to be about ("" = it does not say)."""

    descriptor: Descriptor
    about: str


class Tree(Struct):
    """The children of an image, sorted by what the index says. `unsorted` are those of which it names no platform.

    An annotation makes no child an attestation, and none invisible: runtimes do not read annotations.
    """

    runnable: list[Descriptor] = field(default_factory=list)
    pointers: list[Pointer] = field(default_factory=list)
    unsorted: list[Descriptor] = field(default_factory=list)
    nested: list[Descriptor] = field(default_factory=list)
    annotations: dict[str, str] = field(default_factory=dict)
    missing: list[MissingBlob] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def sort(self, index: Index) -> None:
        """Add an index's children."""
        notice_contradictions(index.manifests)
        for child in index.manifests:
            kind = annotated(child, REFERENCE_TYPE)
            if kind_of_type(child.media_type) is DocumentKind.INDEX:
                self.nested.append(child)
            elif kind == ATTESTATION:
                self.pointers.append(Pointer(child, annotated(child, REFERENCE_DIGEST)))
            elif names_platform(child):
                self.runnable.append(child)
                self.notes += [disguised(child)] if kind else []
            else:
                self.unsorted.append(child)

    @property
    def children(self) -> Iterator[Descriptor]:
        """All children but the nested indexes."""
        yield from (pointer.descriptor for pointer in self.pointers)
        yield from self.unsorted
        yield from self.runnable

    def tidy(self) -> None:
        """Keep each child once; the same manifest may stand for two platforms, and speak about two.

        Of descriptors that differ, what decides stays: each type, and one that runtimes may choose before one that they
        never do.
        """
        self.runnable = _once(self.runnable, lambda child: (child.digest, child.media_type, str(child.platform)))
        self.pointers = _once(
            self.pointers, lambda one: (one.descriptor.digest, one.about), lambda one: is_selectable(one.descriptor)
        )
        self.unsorted = _once(self.unsorted, lambda child: (child.digest, child.media_type), is_selectable)


def annotated(descriptor: Descriptor, keys: tuple[str, ...]) -> str:
    """The first of these annotations that the descriptor has, else ""."""
    return next((value for key in keys if (value := descriptor.annotations.get(key))), "")


def notice_contradictions(children: Iterable[Descriptor]) -> None:
    """Tell of what an index says twice, and each time otherwise.

    The size of a child that it names several times, and an older and a newer annotation: buildx reads the older one.
    """
    sizes: dict[str, int] = {}
    for child in children:
        told = [
            " and ".join(keys)
            for keys in (REFERENCE_TYPE, REFERENCE_DIGEST)
            if len({child.annotations[key] for key in keys if key in child.annotations}) > 1
        ]
        with reading(child.digest):
            for keys in told:
                notice(Twofold.REFERENCES, keys)
            if sizes.setdefault(child.digest, child.size) != child.size:
                notice(Twofold.DESCRIPTORS, "size", "it")


def names_platform(child: Descriptor) -> bool:
    """Whether the index names a platform for the child; runtimes take that one first."""
    return child.platform is not None and child.platform.known


def disguised(child: Descriptor) -> str:
    """A sentence on a child that is annotated as if it were not an image, and is one."""
    where = str(child.platform) if names_platform(child) else "a platform that it does not name"
    return f"{child.digest} is annotated as if it were not an image, but {where} could run it, so it is judged"


def too_deep(child: Descriptor) -> Unreadable:
    """What is said of an index that nobody looks into."""
    why = f"index {child.digest} is nested deeper than INDEX_DEPTH_MAX = {INDEX_DEPTH_MAX} levels"
    return over_limit(why, child.digest)


async def read_tree(asking: Asking, *, is_child: bool) -> Tree:
    """The whole tree below the index that the tag stands for. Raises MalformedError when it is not one.

    `is_child` when that document can be read as a manifest, too; then it is one of its own children.
    """
    tree, content = Tree(), asking.held
    index = content.read(Index)
    tree.annotations = dict(index.annotations)
    tree.sort(index)
    tree.unsorted += [itself(content)] if is_child else []
    seen = {content.digest}
    if tree.nested:
        tree.notes.append(NESTED)
    for _ in range(INDEX_DEPTH_MAX - 1):
        level, tree.nested = {child.digest: child for child in tree.nested if child.digest not in seen}, []
        seen.update(level)
        for digest, answer in (await asking.manifests(level.values())).items():
            _add(tree, level[digest], answer, content.digest)
    tree.unreadable += [too_deep(child) for child in _once(tree.nested, _digest) if child.digest not in seen]
    tree.tidy()
    return tree


def itself(content: Content) -> Descriptor:
    """The document that the tag stands for, as a child that tells nothing of itself; its configuration does."""
    return Descriptor(media_type=content.media_type, digest=content.digest, size=len(content.data))


def _add(tree: Tree, child: Descriptor, answer: Answer, named_by: str) -> None:
    match answer:
        case Gone():
            tree.missing.append(MissingBlob(child.digest, named_by, MissingKind.INDEX))
        case Unreadable():
            tree.unreadable.append(answer)
        case Content():
            try:
                opened = open_document(answer, child.media_type)
                if opened.is_index:
                    tree.sort(answer.read(Index))
            except MalformedError as error:
                tree.unreadable.append(unreadable(error, child.digest))
            else:
                tree.unsorted += [child] if opened.is_manifest else []


def _digest(child: Descriptor) -> str:
    return child.digest


def _once(items: list[T], key: Callable[[T], object], is_better: Callable[[T], bool] = lambda _: True) -> list[T]:
    """The first item of each key, or the first that is better."""
    kept: dict[object, T] = {}
    for item in items:
        before = kept.setdefault(key(item), item)
        if before is not item and is_better(item) and not is_better(before):
            kept[key(item)] = item
    return list(kept.values())
