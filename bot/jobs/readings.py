"""What only the store knows, looked up when somebody asks for the metrics. Every process shows the same values."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.board import BoardRow
from bot.board.overlay import with_unread
from bot.errors import StoreError
from bot.jobs.health import LOOK_MAX, LaneCounts, count_lane
from bot.jobs.lanes import Lane
from bot.jobs.queue import DocketQueue
from bot.metrics.looked_up import LookedUp
from bot.metrics.series import OTHER, Measure
from bot.polling.second.outcomes import UNREACHABLE_TOLD_AFTER
from bot.store import Store, trouble
from bot.store.board import Board
from bot.store.dead_letters import DeadLetters
from bot.store.second_looks import SecondLooks
from bot.store.silence import Silences
from bot.store.slack_problems import SlackProblems
from bot.store.undelivered import Undelivered
from bot.store.workspaces import Installations

UP: Final = Measure(
    "provenance_store_up", "Whether the store answered and takes writes; without it the values below are missing."
)
WORKERS: Final = Measure("provenance_workers", "Workers whose heartbeat was seen of late.")
JOBS: Final = Measure("provenance_queue_jobs", "Jobs in the queue.", ("lane", "state"))
OLDEST: Final = Measure("provenance_queue_oldest_seconds", "How long the job that waits longest waits.", ("lane",))
GIVEN_UP: Final = Measure("provenance_jobs_given_up", "Jobs that were given up and are kept (`provenance jobs`).")
SILENT: Final = Measure(
    "provenance_silent_sources", "Webhook sources that did not announce a push which polling found.", ("source",)
)
IMAGES: Final = Measure("provenance_images", "Image families on the board, by their provenance.", ("project", "mode"))

SLACK_PROBLEMS: Final = Measure(
    "provenance_slack_problems", "What keeps the bot from posting in Slack, as it was last seen.", ("code",)
)
POSTS_WAITING: Final = Measure(
    "provenance_slack_posts_waiting", "Posts that Slack does not take before a person has done something."
)

PROJECTS_MAX: Final = 100
"""Projects with figures of their own, those with the most images; the rest is `other`."""


async def readings(store: Store, queue: DocketQueue, board: Board | None = None) -> list[LookedUp]:
    """Ask the store, for LOOK_MAX at most. A `board` that is kept reads only what has changed. Raises nothing."""
    try:
        with trouble("looking at the queue"):
            async with asyncio.timeout(LOOK_MAX):
                return [LookedUp(UP, [((), 1.0)]), *await _of_store(store, queue, board or Board(store))]
    except StoreError:
        return [LookedUp(UP, [((), 0.0)])]


async def _of_store(store: Store, queue: DocketQueue, board: Board) -> list[LookedUp]:
    await store.require_writable()
    now = await store.now()
    counts = {lane: await count_lane(docket) for lane, docket in queue.dockets.items()}
    silent = await Silences(store).all()
    return [
        LookedUp(WORKERS, [((), float(min(each.workers for each in counts.values())))]),
        LookedUp(JOBS, [value for lane, each in counts.items() for value in _jobs(lane, each)]),
        LookedUp(OLDEST, [((lane.value,), _oldest(each, now)) for lane, each in counts.items()]),
        LookedUp(GIVEN_UP, [((), float(await DeadLetters(store).count()))]),
        LookedUp(SILENT, [((each.source,), 1.0) for each in silent]),
        LookedUp(IMAGES, _images(await _rows(store, board, now))),
        *await _of_slack(store),
    ]


async def _of_slack(store: Store) -> list[LookedUp]:
    """Of all workspaces. A revoked token is refused once, and then posts wait: counted calls do not show it."""
    parts = [store, *(store.of(facts.workspace) for facts in await Installations(store, None).all())]
    problems = await asyncio.gather(*(SlackProblems(part).all() for part in parts))
    waiting = await asyncio.gather(*(Undelivered(part).count() for part in parts))
    codes = Counter(one.code.value for found in problems for one in found)
    return [
        LookedUp(SLACK_PROBLEMS, [((code,), float(count)) for code, count in codes.items()]),
        LookedUp(POSTS_WAITING, [((), float(sum(waiting)))]),
    ]


async def _rows(store: Store, board: Board, now: float) -> list[BoardRow]:
    """As the board shows them: what nobody could look at for days is unknown."""
    unread = await SecondLooks(store).unread(now, UNREACHABLE_TOLD_AFTER)
    return [with_unread(row, unread) for row in await board.rows()]


def _jobs(lane: Lane, counts: LaneCounts) -> list[tuple[tuple[str, ...], float]]:
    return [
        ((lane.value, "waiting"), float(counts.waiting)),
        ((lane.value, "running"), float(counts.running)),
        ((lane.value, "later"), float(counts.later)),
    ]


def _oldest(counts: LaneCounts, now: float) -> float:
    """Seconds since it was due. What is in the stream is due since its entry; what waits for its time, since then."""
    due = [at for at in (counts.oldest, counts.first_due) if at]
    return max(0.0, now - min(due)) if due else 0.0


def _images(rows: Sequence[BoardRow]) -> list[tuple[tuple[str, ...], float]]:
    own = {project for project, _ in Counter(row.project for row in rows).most_common(PROJECTS_MAX)}
    counts = Counter((row.project if row.project in own else OTHER, row.mode.value) for row in rows)
    return [(labels, float(count)) for labels, count in counts.items()]
