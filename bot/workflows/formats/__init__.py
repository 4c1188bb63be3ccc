"""Findings, for each who reads them. No I/O.

To add a format: a file here with `render(findings) -> str`, and its word in `FORMATS`.
"""

from collections.abc import Callable

from bot.workflows.formats import annotations, as_json, sarif, text
from bot.workflows.rules import Finding

FORMATS: dict[str, Callable[[list[Finding]], str]] = {
    "text": text.render,
    "json": as_json.render,
    "sarif": sarif.render,
    "github": annotations.render,
}
