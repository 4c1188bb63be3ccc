"""What a worker works with, as it sees them: somebody who checks, somebody who tells, and the steps in between."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

from bot.context import Phase
from bot.intake.job import CheckJob
from bot.oci.reference import Reference
from bot.releases import Placement, Release
from bot.releases.expected import ExpectedMember
from bot.render.release.view import Mentions, Passes, ReleaseView
from bot.render.slack.check_failure import CheckFailure
from bot.report import Report
from bot.slack.outbox import ReleaseSource
from bot.slack.requester import NOBODY, Asker

PhaseOf = Callable[[str], Awaitable[Phase]]
"""In which phase the push of a digest is; the digest is known only after the registry was asked."""


class CheckPolicy(Struct, frozen=True):
    """What the policy says about an image before anybody looks at it."""

    version: str  # of the policy and the program; a report by another one is not used again
    channel: str = ""  # where it is told, "" = the default channel
    is_ignored: bool = False  # pushes of this tag are not looked at; a person who asks still gets an answer
    settle: float = 600.0  # seconds after a push in which a signature that is not there yet is not missing
    owners: tuple[str, ...] = ()  # who is mentioned when its release first fails
    placement: Placement | None = None  # to which release it belongs; None for what has no tag
    complete: float = 3 * 3600.0  # seconds after a release's first push in which its other images are awaited
    passes: Passes | None = None  # what is posted of a release that passes; None = by the kind of tag
    mentions: Mentions = Mentions.PARENT  # where owners are mentioned
    layouts: frozenset[str] = frozenset()  # signature layouts that the image's users can read, empty for all


class Checker(Protocol):
    """Looks at an image and judges it."""

    def check_policy(self, reference: Reference) -> CheckPolicy:
        """What the policy says about that image."""

    def expected_with(self, arrived: Placement, before: Release | None) -> tuple[ExpectedMember, ...]:
        """The other images of its release; `before` is the release before."""

    async def digest(self, reference: Reference) -> str:
        """What the tag stands for at this moment; one cheap request. Raises RegistryError."""

    async def check(self, reference: Reference, *, phase_of: PhaseOf, fresh: bool = True) -> Report:
        """Raises RegistryError when not even the image itself could be looked at, and StoreError.

        In the phase SETTLED, what is absent by now is called missing. Unless it is `fresh`, what was read before by
        its digest is not fetched again: only the places are asked where something may have arrived.
        """


class FailureNote(BaseModel):
    """A check that did not work, on its way to people: why, and what comes next."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    job: CheckJob
    why: str
    at: float  # seconds since the epoch, the store's clock
    retry_at: datetime | None = None
    final: bool = False
    kept: bool = False  # there is a dead letter about it
    gone: bool = False  # the registry answers, and does not have it


class Posts(Protocol):
    """Where a check leaves what is to be posted: stored when these return. Both raise StoreError."""

    async def post_report(self, job: CheckJob, release: str) -> None:
        """The release of that name, where the job says; or an answer to the person who asked."""

    async def post_failure(self, note: FailureNote) -> None:
        """That the check did not work."""


class Publisher(Protocol):
    """Tells people. All are idempotent: called twice for the same thing, they tell it once.

    Each raises PostingError when it could not be told; then it is tried again later.
    """

    async def publish(self, load: ReleaseSource, *, subject: str, channel: str, asker: Asker = NOBODY) -> bool:
        """Bring the thread of the release with that subject up to date. `load` reads it as it is at that moment.

        Returns whether there is a thread: what has nothing to say begins none.
        """

    async def answer(self, image: ReleaseView, subject: str, *, channel: str, asker: Asker) -> None:
        """Answer a person about one image; `subject` is that of its release."""

    async def publish_failure(
        self, subject: str, failure: CheckFailure, *, channel: str, asker: Asker = NOBODY
    ) -> None:
        """Say "could not check": what was tried, what answered, when it is tried again or that it is not."""


class Progress(Protocol):
    """Hears of each step of a job: "fetched", "saved", "published"."""

    async def __call__(self, step: str) -> None:
        """It is done."""


async def no_progress(step: str) -> None:
    """Nobody wants to hear."""
