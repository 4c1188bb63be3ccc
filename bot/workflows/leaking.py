"""Whether a line of a file may be shown: not one that seems to hold a secret."""

from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.secrets import looks_secret


def leaks(line: str) -> bool:
    """By the value's shape, or by the name before the colon or the equals sign."""
    name, separator, value = line.partition(":" if ":" in line else "=")
    named = Exposed(RecordPlace.WORKFLOW, name.strip(" -\"'"), value.split(" #")[0].strip()) if separator else None
    return any(looks_secret(one) for one in (Exposed(RecordPlace.WORKFLOW, "", line), named) if one)
