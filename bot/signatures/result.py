"""What a search for signatures has brought so far."""

from msgspec import Struct, field

from bot.signatures.discovery import ReferrerListing
from bot.signatures.search import AttachedStatement, SearchResult
from bot.signatures.signature import Signature
from bot.unreadable import MissingBlob, Unreadable, gone


class JudgedLayer(Struct, frozen=True):
    """What became of one layer."""

    signature: Signature | None = None
    attached: AttachedStatement | None = None


class Collector(Struct):
    """What a search has brought so far."""

    judged: list[JudgedLayer] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    missing: list[MissingBlob] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    listed: list[ReferrerListing] = field(default_factory=list)

    def found(self) -> SearchResult:
        """Everything, each thing once: a later run often repeats the signature of an earlier one."""
        return SearchResult(
            tuple(dict.fromkeys(one.signature for one in self.judged if one.signature is not None)),
            tuple(one.attached for one in self.judged if one.attached is not None),
            tuple(dict.fromkeys(self.unreadable)),
            tuple(dict.fromkeys(self.missing)),
            tuple(dict.fromkeys(self.notes)),
            listed=tuple(dict.fromkeys(self.listed)),
        )

    def lost(self, missing: MissingBlob) -> None:
        """Something is named and gone; whether it was a good signature can no longer be told."""
        self.missing.append(missing)
        self.unreadable.append(gone(f"signature {missing.digest}", missing.digest))
