"""What people said about a problem: acknowledged, snoozed, muted, waived, "I revoked it". No I/O.

Each kind is a file with a frozen dataclass and its laws: when it falls, when it ends, whom it covers. The records are
kept by bot/store/attention. Times are seconds since the epoch, of the store's clock; days are UTC.
"""

from bot.attention.acknowledgement import Acknowledgement
from bot.attention.attention import NOTHING, Attention
from bot.attention.failing import NONE, Failing
from bot.attention.kinds import Kind
from bot.attention.mute import Mute
from bot.attention.place import NotePlace
from bot.attention.proposed_fix import ProposedFix
from bot.attention.revoked_secret import RevokedSecret
from bot.attention.snooze import Snooze, SnoozeFor
from bot.attention.waiver import StoredWaiver, WaiverFlaw, WaiverScope, flaws

__all__ = [
    "NONE",
    "NOTHING",
    "Acknowledgement",
    "Attention",
    "Failing",
    "Kind",
    "Mute",
    "NotePlace",
    "ProposedFix",
    "RevokedSecret",
    "Snooze",
    "SnoozeFor",
    "StoredWaiver",
    "WaiverFlaw",
    "WaiverScope",
    "flaws",
]
