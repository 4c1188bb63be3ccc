"""What a worker does for each kind of job, with parts that are open."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

from bot.intake.job import JobQueue
from bot.jobs.answerer import Answerer
from bot.jobs.failure_posts import FailurePosts
from bot.jobs.failures import FailureHandler
from bot.jobs.lanes import CHECK, FAILURE, QUESTION, REPORT, TALK
from bot.jobs.parts import Checker, Posts, Progress, Publisher, no_progress
from bot.jobs.post_attempts import PostAttempts
from bot.jobs.poster import Poster
from bot.jobs.release_views import ReleaseViews
from bot.jobs.releasing import Releasing
from bot.jobs.report_posts import ReportPosts
from bot.jobs.runner import Runner
from bot.jobs.talker import Talker
from bot.jobs.timing import Timing
from bot.store import Store
from bot.store.attempts import Attempts
from bot.store.board import Board
from bot.store.dead_letters import DeadLetters
from bot.store.digests import Digests
from bot.store.image_lock import ImageLocks
from bot.store.pushes import Pushes
from bot.store.quotas import Quotas
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.undelivered import Undelivered

LOCK_SPARE: Final = 30.0
"""Seconds that an image's lock lasts longer than its check may, for saving the report."""

Task: TypeAlias = Callable[..., Awaitable[None]]


class WorkerQueue(JobQueue, Posts, Protocol):
    """Where a worker leaves more work."""


class WorkerTasks(Struct, frozen=True):
    """`checks` also keeps what nobody can read or knows. Without an `answerer` or a `talker`, their jobs are kept."""

    checks: Runner
    posts: Poster
    answerer: Answerer | None = None
    talker: Talker | None = None

    def by_name(self) -> Mapping[str, Task]:
        """The function for each kind of job."""
        return {
            CHECK: self.checks.check_image,
            QUESTION: self.answerer.answer_question if self.answerer else self.checks.keep_unknown,
            TALK: self.talker.talk if self.talker else self.checks.keep_unknown,
            REPORT: self.posts.post_report,
            FAILURE: self.posts.post_failure,
        }


def tasks_of(  # noqa: PLR0913 - the parts of a worker
    store: Store,
    queue: WorkerQueue,
    *,
    checker: Checker,
    publisher: Publisher,
    answerer: Answerer | None = None,
    talker: Talker | None = None,
    timing: Timing | None = None,
    progress: Progress = no_progress,
    shared: Store | None = None,
) -> WorkerTasks:
    """`store` may be the part of one Slack workspace.

    Then `shared` is the whole store, which has what is the bot's own: the registries' limits, jobs that were given up.
    """
    timing, shared = timing or Timing(), shared or store
    failures = FailureHandler(Attempts(store), DeadLetters(shared), queue, timing, store.now)
    checks = Runner(
        store=store,
        queue=queue,
        posts=queue,
        checker=checker,
        reports=Reports(store),
        digests=Digests(store),
        pushes=Pushes(store),
        releasing=Releasing(Releases(store), Reports(store), Board(store), Digests(store), queue, checker, store.now),
        locks=ImageLocks(store, timing.check + LOCK_SPARE),
        quotas=Quotas(shared),
        failures=failures,
        timing=timing,
        progress=progress,
    )
    views = ReleaseViews(Releases(store), Reports(store), checker)
    posts = Poster(
        ReportPosts(checker, publisher, Reports(store), views, timing, store.now),
        FailurePosts(checker, publisher, Reports(store), views),
        PostAttempts(failures, timing, progress, Undelivered(store)),
    )
    return WorkerTasks(checks, posts, answerer, talker)
