"""`--save FORMAT=FILE`: the same result in further formats, so that CI looks at an image once."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.errors import UsageError
from bot.render.display import Display
from bot.render.formats import FORMATS, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.report import Report


class SavedFormat(Struct, frozen=True):
    """A format of FORMATS, and the file that gets it."""

    format: str
    file: Path


def saved_format(text: str) -> SavedFormat:
    """For argparse. Raises ArgumentTypeError."""
    name, separator, file = text.partition("=")
    if name not in FORMATS or not separator or not file:
        raise argparse.ArgumentTypeError(f"expected FORMAT=FILE with one of the formats {', '.join(FORMATS)}")
    return SavedFormat(name, Path(file))


def save(wanted: "Iterable[SavedFormat]", reports: "Sequence[Report]") -> None:
    """Write each file. Raises UsageError that names the file which cannot be written."""
    for one in wanted:
        try:
            one.file.write_text(render(one.format, reports, Display()), encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise UsageError(f"--save: {one.file} cannot be written: {error.strerror}") from error


def require_writable(wanted: "Iterable[SavedFormat]") -> None:
    """Before any request: the folders exist, and no file is for two formats. Raises UsageError."""
    formats: dict[Path, str] = {}
    for one in wanted:
        if one.file == Path("-"):
            raise UsageError(f"--save: - is not a file; --format {one.format} writes to stdout")
        if formats.setdefault(one.file.absolute(), one.format) != one.format:
            raise UsageError(f"--save: {one.file} is named for {formats[one.file.absolute()]} and for {one.format}")
        if not one.file.parent.is_dir():
            raise UsageError(f"--save: the folder {one.file.parent} does not exist")
