"""Which events start a job or a step: what only pull requests run publishes nothing that people use.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from bot.workflows.conditions import decided

Events = frozenset[str]
"""Names of events."""

Known = Mapping[str, str | bool]
"""What expressions read, by name."""

CALLED: Final = "workflow_call"
"""A workflow that others call: which event started them is not known."""

REQUESTS: Final = frozenset(
    {
        *("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "merge_group"),
        "issue_comment",
    }
)
"""Events of changes that are not merged yet, and of comments on them."""

_ONLY_REQUESTS_HAVE = ("github.event.pull_request", "github.event.number", "github.head_ref", "github.base_ref")
_ONLY_LABELLED_HAVE = ("github.event.label",)
_LABELLED = REQUESTS | {"issues", "discussion", "label"}


EVENTS_MAX: Final = 40
"""Events that start one file; GitHub has fewer. What a condition is for each of more is not asked."""


@lru_cache(maxsize=64)
def facts_of(event: str) -> Known:
    """What expressions read when that event started the run; a name that ends with a dot and a star is a prefix."""
    if event == CALLED:
        return {}
    absent = [*(() if event in REQUESTS else _ONLY_REQUESTS_HAVE), *(() if event in _LABELLED else _ONLY_LABELLED_HAVE)]
    empty = {name: "" for one in absent for name in (one, f"{one}.*")}
    return {"github.event_name": event, **empty}


def that_run(events: Events | None, condition: str, known: Known) -> Events | None:
    """The events of which a condition lets at least some runs through; None when the events are not known."""
    if events is None or not condition or len(events) > EVENTS_MAX:
        return events
    return frozenset(one for one in events if decided(condition, {**known, **facts_of(one)}) is not False)


_MAIN = ("main", "master")


def _on_branch(name: str) -> dict[str, str]:
    return {"github.ref": f"refs/heads/{name}", "github.ref_name": name, "github.ref_type": "branch"}


def leaves_main_out(condition: str, known: Known) -> bool:
    """Whether a condition lets runs of some other branch through, and surely none of the main one."""
    if not condition:
        return False
    other = decided(condition, {**known, **_on_branch("some/other-branch")})
    return other is not False and any(decided(condition, {**known, **_on_branch(name)}) is False for name in _MAIN)


def only_requests(events: Events | None) -> bool:
    """Whether these are surely events of pull requests alone."""
    return events is not None and events <= REQUESTS


def truths(events: Events | None, condition: str, known: Known) -> set[bool | None]:
    """What a condition is for each event that publishes; None among them where only the run can tell."""
    published: Iterable[str] = {CALLED} if events is None else events - REQUESTS
    if events and len(events) > EVENTS_MAX:
        return {None}
    return {decided(condition, {**known, **facts_of(one)}) for one in published}
