"""What somebody says was pushed, before and after it is validated. No I/O here."""

from dataclasses import dataclass
from enum import StrEnum

from bot.oci.reference import Reference


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a payload claims about one tag, before it is validated.

    `host` is "" when the payload does not tell: then it is the source's. `id` is the sender's own for this event.
    """

    repository: str
    tag: str
    digest: str = ""
    host: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A payload, read. `ignored` holds one reason for each event that asks for nothing."""

    announced: tuple[Announcement, ...] = ()
    ignored: tuple[str, ...] = ()
    ping: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """A tag to look at. `digest_hint` is only a claim; the registry says what the tag stands for.

    `evidence_for` is a digest when the tag is not a release but a signature or attestation of that digest.
    """

    image: Reference
    digest_hint: str = ""
    evidence_for: str = ""
    id: str = ""


class RetryBehaviour(StrEnum):
    """What a sender does with a 503, and so what it is answered when the store is unavailable."""

    RETRIES = "retries"  # sends again until we take it: it keeps the event better than our memory does
    ONCE = "once"  # never sends again, but shows the failure: we keep the event in memory and say 503
    GIVES_UP = "gives up"  # switches the hook off after a few: we keep the event in memory and say 202
