"""Everything that people said about one release in one channel."""

from typing import Final

from msgspec import Struct

from bot.attention.acknowledgement import Acknowledgement
from bot.attention.failing import Failing
from bot.attention.mute import Mute
from bot.attention.proposed_fix import ProposedFix
from bot.attention.revoked_secret import RevokedSecret
from bot.attention.snooze import Snooze
from bot.values import replace


class Attention(Struct, frozen=True):
    """What was said; None where nobody said it."""

    acknowledgement: Acknowledgement | None = None
    snooze: Snooze | None = None
    mute: Mute | None = None
    revoked: RevokedSecret | None = None
    proposed: ProposedFix | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether nobody is to be notified: no new thread, no reply, no mention."""
        return self.snooze is not None or self.mute is not None

    def in_force(self, failing: Failing, now: float, newest: str = "") -> "Attention":
        """Without what has fallen or ended. `newest` is the newest version of the group, "" if unknown."""
        said, snooze, fix = self.acknowledgement, self.snooze, self.proposed
        return replace(
            self,
            acknowledgement=said if said and said.holds(failing) else None,
            snooze=snooze if snooze and snooze.holds(now, newest=newest, failing=failing.rules) else None,
            mute=self.mute if self.mute and self.mute.holds(now) else None,
            revoked=self.revoked if self.revoked and self.revoked.holds(failing) else None,
            proposed=fix if fix and fix.is_shown(now, is_failing=bool(failing.found)) else None,
        )


NOTHING: Final = Attention()
"""Nobody said anything."""
