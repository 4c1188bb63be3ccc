"""A script inside a file, and the place in the file of each of its characters."""

from dataclasses import dataclass, field

from bot.workflows.nodes import Scalar
from bot.workflows.text import Place, SourceText

UNMAPPED = -1


@dataclass(frozen=True, slots=True)
class Script:
    """`offsets` gives each character's offset in the file, or UNMAPPED; `whole` is where the script stands at all."""

    text: str
    whole: Place
    offsets: tuple[int, ...] = field(default=(), repr=False)

    def place(self, start: int, end: int) -> Place | None:
        """Where a stretch of the script, that begins and ends with no blank, stands in the file; None: unknown."""
        if not 0 <= start < end <= len(self.offsets):
            return None
        first, last = self.offsets[start], self.offsets[end - 1]
        return None if UNMAPPED in (first, last) else Place(first, last + 1)


def of_scalar(source: SourceText, scalar: Scalar) -> Script:
    """The script that a YAML text holds.

    YAML changes nothing but blanks in block, plain and quoted texts, unless something is escaped: so the n-th
    character that is not a blank is the n-th one of the source. Where that does not hold, nothing is mapped.
    """
    start, end = scalar.place.start, scalar.place.end
    if scalar.style in {"|", ">"}:
        start = min(end, source.line_end(start))
    elif scalar.style:
        start, end = start + 1, end - 1
    written = [offset for offset in range(start, end) if not source.text[offset].isspace()]
    read = [index for index, char in enumerate(scalar.value) if not char.isspace()]
    if len(written) != len(read) or any(
        source.text[offset] != scalar.value[index] for offset, index in zip(written, read, strict=True)
    ):
        return Script(scalar.value, scalar.place)
    offsets = [UNMAPPED] * len(scalar.value)
    for offset, index in zip(written, read, strict=True):
        offsets[index] = offset
    return Script(scalar.value, scalar.place, tuple(offsets))


def of_file(source: SourceText) -> Script:
    """A file that is a script from its first line to its last."""
    length = len(source.text)
    return Script(source.text, Place(0, length), tuple(range(length)))
