"""Findings, for each who reads them. No I/O.

To add a format: a file here with `render(findings, troubles) -> str`, and its word in `FORMATS`. `troubles` are
sentences about files that could not be read: nothing is known about those, and the reader must not think otherwise.
"""

from collections.abc import Callable, Sequence

from bot.workflows.formats import annotations, as_json, sarif, text
from bot.workflows.rules import LintFinding

FORMATS: dict[str, Callable[[Sequence[LintFinding], Sequence[str]], str]] = {
    "text": text.render,
    "json": as_json.render,
    "sarif": sarif.render,
    "github": annotations.render,
}
