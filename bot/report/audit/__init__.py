"""An audit: many images, version by version."""

from bot.report.audit.document import Audit, AuditRow, Held, Judged, Mode, Turn, Unlisted
from bot.report.audit.rows import row_of
from bot.report.audit.turns import turns

__all__ = ["Audit", "AuditRow", "Held", "Judged", "Mode", "Turn", "Unlisted", "row_of", "turns"]
