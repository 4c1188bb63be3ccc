"""What the words of build tools mean for provenance and SBOM, from mode=max to type=provenance,disabled=true.

https://docs.docker.com/build/metadata/attestations/ ; provenance asked for without a mode is max.
"""

from collections.abc import Iterable

from bot.workflows.builds import Asked
from bot.workflows.unresolved import known

_FALSE = {"false", "0", "f"}


def asked_by(value: str) -> Asked:
    """What the value of --provenance or --sbom, or of an input or key of that name, asks for."""
    if not known(value):
        return Asked.UNKNOWN
    word = value.strip().lower()
    if not word:
        return Asked.SILENT
    if word in _FALSE or "disabled=true" in word.split(","):
        return Asked.OFF
    return Asked.MIN if "mode=min" in word.split(",") else Asked.FULL


def asked_by_attests(attests: Iterable[str], what: str) -> Asked:
    """What a list of `type=…` texts asks for; the last one counts. UNKNOWN when an unresolved part may be it."""
    answer = Asked.SILENT
    for attest in attests:
        fields = attest.strip().split(",")
        if f"type={what}" in fields:
            rest = [field for field in fields if field and field != f"type={what}"]
            answer = asked_by(",".join(rest)) if rest else Asked.FULL
        elif not known(attest) and not any(field.startswith("type=") and known(field) for field in fields):
            return Asked.UNKNOWN
    return answer
