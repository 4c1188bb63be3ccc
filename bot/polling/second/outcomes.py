"""What a second look at an image can come to. Codes; sentences are for people."""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class SecondOutcome(StrEnum):
    """How the image is, compared with its report."""

    SAME = "SAME"
    DRIFTED = "DRIFTED"  # the tag has another digest, or another one than in the other registry
    DECAYED = "DECAYED"  # what was there is gone
    UNREACHABLE = "UNREACHABLE"  # says nothing about the image


class Reason(StrEnum):
    """Why."""

    NONE = ""
    TAG_MOVED = "other-digest"
    SISTERS_DIFFER = "sisters-differ"
    TAG_GONE = "tag-gone"
    EVIDENCE_GONE = "evidence-gone"
    VERDICT_WORSE = "verdict-worse"  # the same content fails now, and did not before
    NO_ANSWER = "no-answer"
    NOT_ASKED = "not-asked"  # the registry has refused to be asked, for longer than UNREACHABLE_TOLD_AFTER


class SecondFinding(Struct, frozen=True):
    """The outcome of one look. `marks` are those that are known from now on; `moved` when evidence is another one."""

    outcome: SecondOutcome
    reason: Reason = Reason.NONE
    digest: str = ""
    marks: dict[str, str] | None = None
    moved: bool = False


UNREACHABLE_TOLD_AFTER: Final = 3 * 24 * 3600.0
"""Seconds; a registry that is down for a night is nobody's business."""
