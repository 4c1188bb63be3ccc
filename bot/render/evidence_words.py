"""What was found of an image in words: provenance, SBOM, who signed, which file built it. The caller escapes them."""

from typing import Final

from bot.render.counted import counted
from bot.render.signed import NOT_YET, Unsigned, how_signed, of_image, unsigned
from bot.report import ProvenanceSummary, Report, SbomSummary, State

SIGNERS_MAX: Final = 3
"""Names in one line."""


_UNSIGNED: Final = {
    Unsigned.NOBODY: "not signed",
    Unsigned.AWAITED: NOT_YET,
    Unsigned.UNKNOWN: "could not check whether it is signed",
    Unsigned.NOT_ASKED: "",
}


def built_by(report: Report) -> str:
    """Which file built the image, and why it was not read; "" if unknown, or if no rule failed."""
    workflow = report.workflow
    if workflow is None or not report.failing():
        return ""
    return f"built by {workflow.url}" + (f", not read: {workflow.reason}" if workflow.reason else "")


def read_workflow(report: Report) -> str:
    """The same, if somebody tried to read that file."""
    return built_by(report) if report.workflow and report.workflow.state != "named" else ""


def compared(report: Report) -> str:
    """The earlier release that it was compared with, or ""."""
    if report.baseline is None:
        return ""
    same = ", which is the same image" if report.baseline.digest == report.digest else ""
    return f"compared with {report.baseline.image}{same}"


def provenance(summary: ProvenanceSummary) -> str:
    """E.g. `max, SLSA v1, from https://github.com/acme/app at 0123456`."""
    match summary.state:
        case State.ABSENT:
            return "none"
        case State.UNREADABLE:
            return f"could not be read: {summary.reason or 'no reason given'}"
        case State.PRESENT:
            parts: list[str] = [summary.mode or "of an unknown version"]
            parts += [f"SLSA {summary.slsa}"] if summary.slsa else []
            parts += [f"from {_source(summary)}"] if summary.source else []
            return ", ".join(parts)


def _source(summary: ProvenanceSummary) -> str:
    revision = f" at {summary.revision[:12]}" if summary.revision else ""
    return f"{summary.source}{revision}"


def sbom(summary: SbomSummary) -> str:
    """E.g. `spdx, 312 packages`."""
    match summary.state:
        case State.ABSENT:
            return "none"
        case State.UNREADABLE:
            return f"could not be read: {summary.reason or 'no reason given'}"
        case State.PRESENT:
            return f"{', '.join(summary.formats) or 'unknown format'}, {counted(summary.packages or 0, 'package')}"


def readers(report: Report) -> tuple[tuple[str, ...], ...]:
    """What each tool of the policy finds: its name, the signature, provenance, SBOM, and more words on them."""
    return tuple(
        (one.reader, *(state.replace("-", " ") for state in (one.signature, one.provenance, one.sbom)), one.why)
        for one in report.readers
    )


def mode(summary: ProvenanceSummary) -> str:
    """Provenance in a word or two."""
    match summary.state:
        case State.ABSENT:
            return "none"
        case State.UNREADABLE:
            return "could not be read"
        case State.PRESENT:
            return {"foreign": "by another builder", None: "unknown version"}.get(summary.mode, str(summary.mode))


def signers_told(report: Report) -> str:
    """Who signed; "" when nobody did, or not validly: tables and rules say that already."""
    return signers(report) if any(one.state == "valid" for one in of_image(report)) else ""


def signers(report: Report) -> str:
    """Who signed, or that the image is not signed. Only verified signatures count as signed."""
    valid = [signature for signature in of_image(report) if signature.state == "valid"]
    names = list(dict.fromkeys(signature.identity or "a key" for signature in valid))
    if names:
        more = f" and {len(names) - SIGNERS_MAX} more" if len(names) > SIGNERS_MAX else ""
        return f"{how_signed(report)} {', '.join(names[:SIGNERS_MAX])}{more}"
    if refused := [signature.reason for signature in report.signatures if signature.state == "invalid"]:
        return f"signed, but the signature is not valid: {refused[0] or 'no reason given'}"
    if found := of_image(report):
        return f"signed, but the signature could not be verified: {found[0].reason or 'no reason given'}"
    return _UNSIGNED[unsigned(report)]


def estimate(report: Report) -> str:
    """How far the provenance can be trusted; "" if that could not be checked."""
    trust = report.trust
    if trust is None or trust.slsa_build_level is None:
        return ""
    return f"SLSA build level {trust.slsa_build_level} (estimate): {trust.reason}"
