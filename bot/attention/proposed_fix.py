"""Somebody opened a pull request that fixes the workflow of a release."""

from dataclasses import dataclass
from typing import Final

from bot.attention.place import NotePlace
from bot.report import Report
from bot.rules import Outcome
from bot.values import replace

OPEN: Final = "open"
MERGED: Final = "merged"
CLOSED: Final = "closed"

FOLLOWED_MAX: Final = 30 * 24 * 3600.0
"""Seconds for which the code host is asked what became of it."""


@dataclass(frozen=True, slots=True)
class ProposedFix:
    """Who opened it, when, where (`repository` is acme/app, `url` its address for people), and what became of it.

    `image` is one that the workflow builds, registry/repository without a tag, and `family` the suffix of its tags.
    `rules` failed and are fixed by it. `merged_at` is when that was noticed, `proof` the title of the first later
    release in which they pass.
    """

    place: NotePlace
    who: str
    at: float
    repository: str
    number: int
    url: str
    state: str = OPEN
    image: str = ""
    family: str = ""
    rules: tuple[str, ...] = ()
    merged_at: float = 0.0
    proof: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is neither merged nor closed, as far as is known."""
        return self.state == OPEN

    def became(self, state: str, now: float = 0.0) -> "ProposedFix":
        """The same in that state, in the words above."""
        is_merged = state == MERGED
        return replace(
            self,
            state=state if state in {OPEN, MERGED} else CLOSED,
            merged_at=(self.merged_at or now) if is_merged else 0.0,
        )

    def awaits_proof(self, now: float) -> bool:
        """Whether it was merged, and no later release has shown that it works."""
        is_open = self.state == MERGED and bool(self.rules) and bool(self.merged_at) and not self.proof
        return is_open and now < self.at + FOLLOWED_MAX

    def is_proved_by(self, report: Report, pushed_at: float) -> bool:
        """Whether that image was pushed after the merge, and all that was to be fixed passes in it."""
        outcomes = {result.rule: result.outcome for result in report.results}
        later = bool(self.merged_at) and pushed_at > self.merged_at
        return later and bool(self.rules) and all(outcomes.get(rule) is Outcome.PASS for rule in self.rules)

    @property
    def is_proved_here(self) -> bool:
        """Whether it is a rolling tag that shows it itself, in its own thread."""
        return bool(self.proof) and f"{self.proof} (rolling)" == self.place.subject

    def is_shown(self, now: float, *, is_failing: bool) -> bool:
        """Beside what fails, and where nothing fails if that is its work; for a while."""
        return not is_failing and now < self.at + FOLLOWED_MAX if self.is_proved_here else is_failing

    def is_followed(self, now: float) -> bool:
        """Whether it is worth asking what became of it."""
        return self.is_open and now < self.at + FOLLOWED_MAX
