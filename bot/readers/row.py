"""What one tool looks at, as a row of the table."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from bot.oci.referrer_list import ApiRefusal
from bot.readers.forms import EvidenceForm
from bot.readers.reader import EvidenceKind

ALWAYS: Final = ""
"""In the place of a condition: the tool finds it as it is."""


class ReaderLook(Struct, frozen=True):
    """How a tool looks for one kind of evidence.

    `forms` are the forms that it reads, each with the option that this takes (ALWAYS for none); `undocumented` those of
    which its makers do not say whether it does; `on_request` those that it reads only with an option that few set, so
    it does not count as finding them. It asks about the image's own digest, and, where `platform` or `attestation` is
    not None, about the digests of platforms and of attestation manifests, with that option. `listed_as` is how the type
    in a list of referrers must begin. `annotations` are the predicate types that must stand beside a statement: a text
    that ends in / is a beginning. `predicate` is the only type that it takes without `predicate_option`. `own_type`: a
    referrer of this type is the only form of it that the tool knows.
    """

    forms: Mapping[EvidenceForm, str]
    fix: str
    undocumented: frozenset[EvidenceForm] = frozenset()
    on_request: Mapping[EvidenceForm, str] = {}
    platform: str | None = None
    attestation: str | None = None
    listed_as: str = ""
    annotations: tuple[str, ...] = ()
    undocumented_predicates: bool = False  # whether nobody says what becomes of other predicate types
    predicate: str = ""
    predicate_option: str = ""
    own_type: str = ""
    full_provenance: str = ""  # what its makers said about provenance in max mode, if they ever did

    @property
    def searches(self) -> bool:
        """Whether it looks in places beside the index."""
        return bool(set(self.forms) - {EvidenceForm.INDEX, EvidenceForm.DOCKER_REGISTRY}) or bool(self.own_type)


class ReaderRow(Struct, frozen=True):
    """One tool: the version that was read, where each fact is from, and how it looks for each kind.

    A kind that `looks` lacks is one that the tool never reads. `follows_lists`: it finds referrers by the registry's
    list of them, as opposed to a registry that notes each subject itself. `falls_back`: the answers to the referrers
    API after which it asks for the fallback tag; any other one stops it. `verifies`: it refuses a statement whose
    signature does not hold. `bundles_first`: a bundle for a digest keeps it from looking at tags. `any_bundle`: the
    bundle of any signed statement passes for a signature of the image. `referrers_max`: of a longer list it opens
    nothing; 0 for no such limit.
    """

    version: str
    sources: tuple[str, ...]
    looks: Mapping[EvidenceKind, ReaderLook]
    follows_lists: bool = True
    verifies: bool = False
    bundles_first: bool = False
    any_bundle: bool = False
    referrers_max: int = 0
    falls_back: frozenset[ApiRefusal] = frozenset()
