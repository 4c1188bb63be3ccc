"""How each kind of file writes that a build wants an attestation. Each editor only makes edits; it writes no file."""

import re

from bot.workflows.builds import Ask
from bot.workflows.edits import Fix, replace
from bot.workflows.text import SourceText

FULL = {"provenance": "mode=max", "sbom": "true"}
"""What is written where nothing was said."""

_DISABLED = re.compile(r""",[ \t]*("?)disabled\1[ \t]*[=:][ \t]*("?)(?:true|1)\b\2|\bdisabled=(?:true|1),""")
_MIN = re.compile(r"\b(mode\"?[ \t]*[=:][ \t]*\"?)min\b")
_OFF = re.compile(r"((?:--\w+=)?['\"]?)(?:false|0|f)(['\"]?)", re.IGNORECASE)


def in_full(source: SourceText, what: str, said: Ask) -> Fix | None:
    """What is said there, said in full: mode=max for provenance, true for an SBOM; quotes and the rest stay."""
    if said.place is None or not said.writable:
        return None
    written = source.text[said.place.start : said.place.end]
    changed = _DISABLED.sub("", written)
    if what == "provenance":
        changed = _MIN.sub(r"\1max", changed)
    if off := _OFF.fullmatch(written):
        changed = f"{off[1]}{FULL[what]}{off[2]}"
    return replace(said.place, changed) if changed != written else None
