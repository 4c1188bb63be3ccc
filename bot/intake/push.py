"""What somebody says was pushed, before and after it is validated. No I/O here."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from bot.oci.reference import Reference


class Announcement(Struct, frozen=True):
    """What a payload claims about one tag, before it is validated.

    `host` is "" when the payload does not tell: then it is the source's. `other_hosts` are further names of the same
    registry, of which the source may have one. `id` is the sender's own for this event.
    `own_name` is the product's own name of the repository that holds the image; the source says which images those are.
    `is_evidence`: a signature or attestation of the digest was pushed, and not the image.
    """

    repository: str
    tag: str
    digest: str = ""
    host: str = ""
    id: str = ""
    own_name: str = ""
    other_hosts: tuple[str, ...] = ()
    is_evidence: bool = False


class Parsed(Struct, frozen=True):
    """A payload, read. `ignored` holds one reason for each event that asks for nothing.

    `is_partial`: more tags of the repository may have been pushed than the sender announces. `answer` is what whoever
    sends a ping wants to hear.
    """

    announced: tuple[Announcement, ...] = ()
    ignored: tuple[str, ...] = ()
    ping: bool = False
    is_partial: bool = False
    answer: Mapping[str, str] = field(default_factory=dict)


class Push(Struct, frozen=True):
    """A tag to look at. `digest_hint` is only a claim; the registry says what the tag stands for.

    `evidence_for` is a digest when not an image was pushed but a signature or attestation of that digest. Then the
    image's tag, if it is not one of evidence, is a tag that the digest may have.
    """

    image: Reference
    digest_hint: str = ""
    evidence_for: str = ""
    id: str = ""


class RetryBehaviour(StrEnum):
    """What a sender does with a 503, and so what it is answered when the store is unavailable."""

    RETRIES = "sends it again, for a day at least"  # it keeps the event better than our memory does: 503
    FEW_TIMES = "sends it again a few times"  # an outage may be longer: we keep the event in memory and say 503
    ONCE = "may never send it again"  # but shows the failure: we keep the event in memory and say 503
    GIVES_UP = "switches the webhook off"  # after a few failures: we keep the event in memory and say 202
