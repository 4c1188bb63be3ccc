"""What formats of `provenance lint` may show beside the findings: lines of the files, and patches."""

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from bot.workflows.rule import LintFinding


class LintSource(Struct, frozen=True):
    """Texts by the file's name. `patch` is the diff that fixes one finding, "" when there is none."""

    texts: Mapping[str, str] = field(default_factory=dict)
    patch: Callable[[LintFinding], str] = lambda _: ""
    colours: bool = False

    def line(self, file: str, number: int) -> str:
        """A line, from 1, without its end; "" when it is not known."""
        lines = self.texts.get(file, "").splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""
