"""An audit: many images, version by version."""

from bot.report.audit.document import Audit, AuditRow, Held, Judged, Unlisted, VersionTurn, WeakestMode
from bot.report.audit.rows import row_of
from bot.report.audit.turns import turns

__all__ = ["Audit", "AuditRow", "Held", "Judged", "Unlisted", "VersionTurn", "WeakestMode", "row_of", "turns"]
