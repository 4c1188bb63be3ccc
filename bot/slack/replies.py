"""The replies about failed rules: one for each of the first, one for all others. Later reports edit them in place."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.render.slack.changes import others_resolved, resolved, state_of
from bot.render.slack.fix import fix, others
from bot.report import Report, Result
from bot.slack.desired import desired, needs
from bot.store.threads import Desired, Message, MessageState, Thread

OWN_MAX: Final = 4
"""Rules with a reply of their own; the fifth reply lists all others."""

OTHERS: Final = "others"
_EVENT: Final = "provenance_fix"


def fixes(thread: Thread | None, report: Report, *, intent: str, base_url: str) -> Iterator[Desired]:
    """The desired replies, the most severe rule first."""
    there = {reply.part: reply for reply in thread.replies if reply.event == _EVENT} if thread else {}
    told = report.told()
    failing = tuple(result for result in report.failing() if result in told or result.rule in there)
    own = _own(there, failing)
    for result in failing:
        if result.rule in own:
            draft = fix(report, result, intent=intent, base_url=base_url)
            yield from _maybe(there.get(result.rule), desired(result.rule, draft))
    rest = tuple(result for result in failing if result.rule not in own)
    if rest:
        draft = others(report, rest, intent=intent, base_url=base_url)
        yield from _maybe(there.get(OTHERS), desired(OTHERS, draft))
    still = {result.rule for result in failing} & own | ({OTHERS} if rest else set())
    for part, message in there.items():
        if part not in still and message.state is not MessageState.GONE:
            yield from _resolved(message, report)


def _own(there: dict[str, Message], failing: tuple[Result, ...]) -> set[str]:
    """The rules with a reply of their own, old and new. A rule keeps its reply."""
    own = [part for part in there if part != OTHERS]
    own += [result.rule for result in failing if result.rule not in own][: max(0, OWN_MAX - len(own))]
    return set(own)


def _maybe(message: Message | None, want: Desired) -> Iterator[Desired]:
    """The reply, unless it is up to date. A deleted reply is posted again when its rule fails again."""
    if message is None:
        yield want
    elif message.state is MessageState.GONE:
        if message.facts.get("state") != "open":
            yield replace(want, fresh=True)
    elif message.hash != want.hash or message.state is MessageState.FAILED:
        yield want


def _resolved(message: Message, report: Report) -> Iterator[Desired]:
    """The edit of a reply whose rule no longer fails; once, not at every push."""
    result = next((result for result in report.results if result.rule == message.part), None)
    state = "fixed" if message.part == OTHERS else state_of(result)
    if message.facts.get("state") == state and message.state is not MessageState.FAILED:
        return
    kept = tuple(block for block in message.blocks if block.get("type") == "rich_text")
    draft = others_resolved(report, kept) if message.part == OTHERS else resolved(report, message.part, result, kept)
    if needs(message, draft):
        yield desired(message.part, draft)
