"""The second round trip: attestation manifests, and the manifests of children that nothing else tells about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.errors import MalformedError
from bot.evidence import MissingBlob, Unlinked, Unreadable
from bot.evidence.asking import Answer, Asking, Gone
from bot.evidence.attestation_manifests import looks_attesting
from bot.evidence.config import is_image
from bot.evidence.options import GatherOptions
from bot.evidence.tree import REFERENCE_DIGEST, Pointer, Tree, annotated, disguised, names_platform
from bot.oci.manifest import Content, Descriptor, Manifest


@dataclass(slots=True)
class Children:
    """What became of an image's children. `answers` are the manifests that were asked for, by digest."""

    runnable: list[Descriptor] = field(default_factory=list)
    pointers: list[Pointer] = field(default_factory=list)  # those about a runnable child
    answers: dict[str, Answer] = field(default_factory=dict)
    unlinked: list[Unlinked] = field(default_factory=list)
    missing: list[MissingBlob] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def about(self, digest: str) -> list[Pointer]:
        """The attestation manifests about that child."""
        return [pointer for pointer in self.pointers if pointer.about == digest]


async def read_children(asking: Asking, tree: Tree, options: GatherOptions) -> Children:
    """Ask for all manifests at once."""
    named_by = asking.held.digest
    children = Children(
        runnable=list(tree.runnable),
        answers=await asking.manifests(_wanted(tree, options)),
        missing=list(tree.missing),
        unreadable=list(tree.unreadable),
    )
    pointers = tree.pointers + [pointer for child in tree.unsorted if (pointer := _sort(child, children, named_by))]
    for pointer in list(_undisguised(pointers, children)):
        _link(pointer, children, named_by)
    return children


def _wanted(tree: Tree, options: GatherOptions) -> list[str]:
    attested = {pointer.about for pointer in tree.pointers}
    # Without an attestation the configuration is the only witness, and its way leads through the platform's manifest.
    witnesses = [
        child.digest
        for child in tree.runnable
        if options.config == "always" or (options.config == "auto" and child.digest not in attested)
    ]
    return [pointer.descriptor.digest for pointer in tree.pointers] + [c.digest for c in tree.unsorted] + witnesses


def _sort(child: Descriptor, children: Children, named_by: str) -> Pointer | None:
    """A child that told nothing in the index: attestations whose annotations are lost, an image, or neither."""
    match children.answers[child.digest]:
        case Gone():
            children.missing.append(MissingBlob(child.digest, named_by, "manifest"))
        case Unreadable() as unreadable:
            children.unreadable.append(unreadable)
        case Content() as content:
            try:
                manifest = content.read(Manifest)
            except MalformedError as error:
                children.unreadable.append(Unreadable(str(error)))
                return None
            if looks_attesting(manifest):
                return Pointer(child, annotated(child, REFERENCE_DIGEST))
            if is_image(manifest):
                children.runnable.append(child)
    return None


def _undisguised(pointers: Iterable[Pointer], children: Children) -> Iterator[Pointer]:
    """The pointers without those that are images for some platform, which join the runnable."""
    for pointer in pointers:
        child = pointer.descriptor
        if names_platform(child) and _runs(children.answers[child.digest]):
            children.runnable.append(child)
            children.notes.append(disguised(child))
        else:
            yield pointer


def _runs(answer: Answer) -> bool:
    """Whether it is an image, whatever the index says of it."""
    try:
        manifest = answer.read(Manifest) if isinstance(answer, Content) else None
    except MalformedError:
        return False
    return manifest is not None and is_image(manifest) and not looks_attesting(manifest)


def _link(pointer: Pointer, children: Children, named_by: str) -> None:
    """Tie an attestation manifest to the child that it names, or say that it is tied to none."""
    digest = pointer.descriptor.digest
    if any(child.digest == pointer.about for child in children.runnable):
        children.pointers.append(pointer)
        return
    answer = children.answers[digest]
    if isinstance(answer, Gone):
        children.missing.append(MissingBlob(digest, named_by, "attestation manifest"))
    reason = f"its reference digest {pointer.about} is not in the index" if pointer.about else "annotations dropped"
    children.unlinked.append(Unlinked(digest, reason, _subject(answer)))


def _subject(answer: Answer) -> str:
    """Whom an attestation manifest was about when it was made; only the newer form tells."""
    try:
        subject = answer.read(Manifest).subject if isinstance(answer, Content) else None
    except MalformedError:
        return ""
    return subject.digest if subject else ""
