"""One line about who signed an image, or that it is not signed."""

from collections.abc import Iterable

from bot.render.counted import counted
from bot.render.signed import NOT_YET, Unsigned, how_signed, of_image, unsigned
from bot.render.slack.escape import code, prose
from bot.report import Report, SignatureSummary

IDENTITIES_MAX = 3


def signers(report: Report) -> str:
    """Only verified signatures count as signed. The line says so if signatures could not be verified."""
    by_state: dict[str, list[SignatureSummary]] = {}
    for signature in of_image(report):
        by_state.setdefault(signature.state, []).append(signature)
    parts = []
    if valid := by_state.get("valid"):
        parts.append(f"{how_signed(report).capitalize()} {_names(valid)}, verified")
    if invalid := by_state.get("invalid"):
        parts.append(f"{counted(len(invalid), 'signature is', 'signatures are')} not valid{_because(invalid)}")
    if (unverifiable := by_state.get("unverifiable")) and not valid:
        parts.append(f"Signatures were found, but could not be verified{_because(unverifiable)}")
    return ". ".join(parts) or _none(report)


def _names(signatures: Iterable[SignatureSummary]) -> str:
    names = list(dict.fromkeys((signature.identity or "a key", signature.issuer) for signature in signatures))
    shown = [code(identity, 200) + (f" ({code(issuer, 120)})" if issuer else "") for identity, issuer in names]
    more = f" and {len(shown) - IDENTITIES_MAX} more" if len(shown) > IDENTITIES_MAX else ""
    return ", ".join(shown[:IDENTITIES_MAX]) + more


def _because(signatures: list[SignatureSummary]) -> str:
    return f": {prose(signatures[0].reason, 200)}" if signatures[0].reason else ""


def _none(report: Report) -> str:
    """The line for a report without signatures."""
    match unsigned(report):
        case Unsigned.NOBODY:
            return "Not signed"
        case Unsigned.AWAITED:
            return NOT_YET.capitalize()
        case Unsigned.UNKNOWN:
            return "Could not check whether it is signed"
        case Unsigned.NOT_ASKED:
            return "Signatures were not checked"
