"""One file after linting: what is wrong with it, and what fixes that."""

from pathlib import Path

from msgspec import Struct

from bot.workflows.find import diff, fixed_text
from bot.workflows.rules import Follow, LintFinding
from bot.workflows.surroundings import ALONE, Surroundings


class LintedFile(Struct, frozen=True):
    """One file: its text and what is wrong with it; `trouble` when it could not be read."""

    path: Path
    name: str
    text: str = ""
    findings: tuple[LintFinding, ...] = ()
    trouble: str = ""
    follow: Follow = lambda _: None
    around: Surroundings = ALONE

    @property
    def fixed(self) -> str:
        """Its text with everything fixed that can be."""
        return fixed_text(self.name, self.text, self.findings, self.follow, self.around)

    @property
    def patch(self) -> str:
        """The same as a diff."""
        return diff(self.name, self.text, self.findings, self.follow, self.around)

    def patch_of(self, finding: LintFinding) -> str:
        """What fixes that one finding, as a diff."""
        return diff(self.name, self.text, [finding], self.follow, self.around)
