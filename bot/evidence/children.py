"""The second round trip: the manifests of all children, of attestations and of platforms."""

from msgspec import Struct, field

from bot.errors import MalformedError
from bot.evidence import MissingBlob, Unlinked, UnlinkedReason, Unreadable
from bot.evidence.asking import Answer, Asking, Gone, breathe
from bot.evidence.attestation_manifests import is_attesting
from bot.evidence.beside import look_beside
from bot.evidence.options import INDEX_DEPTH_MAX
from bot.evidence.tree import REFERENCE_DIGEST, REFERENCE_TYPE, Pointer, Tree, annotated, disguised, too_deep
from bot.oci.ambiguity import Twofold, notice, reading
from bot.oci.kind import open_document
from bot.oci.manifest import MANIFEST_TYPES, Content, Descriptor, Index, Manifest
from bot.unreadable import MissingKind, unreadable


class Children(Struct):
    """What became of an image's children. `answers` are their manifests, by digest."""

    runnable: list[Descriptor] = field(default_factory=list)
    pointers: list[Pointer] = field(default_factory=list)  # those about a runnable child
    strays: list[Pointer] = field(default_factory=list)  # those that are tied to none
    answers: dict[str, Answer] = field(default_factory=dict)
    unlinked: list[Unlinked] = field(default_factory=list)
    missing: list[MissingBlob] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    unconfirmed: list[Unreadable] = field(default_factory=list)  # see Evidence
    notes: list[str] = field(default_factory=list)

    def about(self, digest: str) -> list[Pointer]:
        """The attestation manifests about that child."""
        return [pointer for pointer in self.pointers if pointer.about == digest]


async def read_children(asking: Asking, tree: Tree) -> Children:
    """Ask for all manifests at once, and sort the children by their own documents.

    Runtimes read a platform's manifest, so its body is read here, too: nothing else shows whether it is an index, or
    has `Layers` beside `layers`.
    """
    children = Children(missing=list(tree.missing), unreadable=list(tree.unreadable))
    pointers: list[Pointer] = []
    for _ in range(INDEX_DEPTH_MAX):
        children.answers |= await asking.manifests(tree.children)
        sorted_ = Sorting(children, asking.held.digest)
        pointers += await sorted_.sort(tree)
        # Children that were described as manifests, and are indexes.
        tree = Tree()
        for index in sorted_.indexes:
            tree.sort(index)
        tree.tidy()
        children.unreadable += [too_deep(child) for child in tree.nested]
        if not sorted_.indexes:
            break
    children.unreadable += [too_deep(child) for child in (*tree.runnable, *tree.unsorted)]
    for pointer in pointers:
        _link(pointer, children, asking.held.digest)
    left = await look_beside(asking, children.runnable, children.answers)
    children.runnable = [child for child in children.runnable if child.digest not in left.digests]
    children.notes += left.notes
    children.unreadable += left.unreadable
    return children


class ChildDocument(Struct, frozen=True):
    """What a child's own document can be read as; neither when it could not be read."""

    manifest: Manifest | None = None
    index: Index | None = None


class Sorting(Struct):
    """One level of children, sorted by what their own documents are: attestations, indexes, or else platforms."""

    children: Children
    named_by: str
    indexes: list[Index] = field(default_factory=list)

    async def sort(self, tree: Tree) -> list[Pointer]:
        """The attestation manifests; everything else becomes a platform of `children`, or one of `indexes`."""
        pointers = [pointer for pointer in tree.pointers if await self._is_attestation(pointer.descriptor)]
        for child in tree.runnable:
            looked = await self._look(child, self.children.unconfirmed)
            if looked.manifest or not looked.index:
                self.children.runnable.append(child)
        unnamed = [Pointer(child, annotated(child, REFERENCE_DIGEST)) for child in tree.unsorted]
        return pointers + [pointer for pointer in unnamed if await self._attests(pointer.descriptor)]

    async def _is_attestation(self, child: Descriptor) -> bool:
        """Whether one that the index says to be an attestation manifest is one; nobody knows when it is not there."""
        looked = await self._look(child, self.children.unconfirmed)
        if looked.manifest is None and looked.index is None:
            return True
        return looked.manifest is not None and self._is_no_platform(child, looked.manifest)

    async def _attests(self, child: Descriptor) -> bool:
        """Whether one that the index tells nothing of is an attestation manifest."""
        looked = await self._look(child, self.children.unreadable)
        if isinstance(self.children.answers[child.digest], Gone):
            self.children.missing.append(MissingBlob(child.digest, self.named_by, MissingKind.MANIFEST))
        return looked.manifest is not None and self._is_no_platform(child, looked.manifest)

    def _is_no_platform(self, child: Descriptor, manifest: Manifest) -> bool:
        if is_attesting(manifest, child):
            return True
        self.children.runnable.append(child)
        if annotated(child, REFERENCE_TYPE):
            self.children.notes.append(disguised(child))
        return False

    async def _look(self, child: Descriptor, failures: list[Unreadable]) -> ChildDocument:
        """The child's own document. One that is gone is nothing; `failures` get what failed."""
        match self.children.answers.get(child.digest):
            case Content() as content:
                await breathe(content.data)
                try:
                    looked = _read(content, child, self.named_by)
                except MalformedError as error:
                    failures.append(unreadable(error, child.digest))
                    return ChildDocument()
                self.indexes += [looked.index] if looked.index and child.digest != self.named_by else []
                return looked
            case Unreadable() as failed:
                failures.append(failed)
        return ChildDocument()


def _read(content: Content, child: Descriptor, named_by: str) -> ChildDocument:
    opened = open_document(content, child.media_type)
    if child.media_type not in MANIFEST_TYPES and child.digest != named_by:
        with reading(child.digest):
            notice(Twofold.MEDIA_TYPES, "mediaType", "the index calls it no manifest, and some leave it out")
    return ChildDocument(
        content.read(Manifest) if opened.is_manifest else None,
        content.read(Index) if opened.is_index else None,
    )


def _link(pointer: Pointer, children: Children, named_by: str) -> None:
    """Tie an attestation manifest to the child that it names, or say that it is tied to none."""
    digest = pointer.descriptor.digest
    answer = children.answers[digest]
    subject = _subject(answer)
    if any(child.digest == pointer.about for child in children.runnable):
        children.pointers.append(pointer)
        if subject not in {"", pointer.about}:
            with reading(digest):
                notice(Twofold.REFERENCES, "subject and the annotation in the index")
        return
    children.strays.append(pointer)
    if isinstance(answer, Gone):
        children.missing.append(MissingBlob(digest, named_by, MissingKind.ATTESTATION_MANIFEST))
    reason = UnlinkedReason.DANGLING if pointer.about else UnlinkedReason.NO_ANNOTATIONS
    children.unlinked.append(Unlinked(digest, reason, pointer.about, subject))


def _subject(answer: Answer) -> str:
    """Whom an attestation manifest was about when it was made; only the newer form tells."""
    try:
        subject = answer.read(Manifest).subject if isinstance(answer, Content) else None
    except MalformedError:
        return ""
    return subject.digest if subject else ""
