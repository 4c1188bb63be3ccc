"""Posts of their own about critical problems that come when the parent is there already. No I/O.

When the parent is not posted yet, its headline says it.
"""

from collections.abc import Iterator
from typing import Final

from bot.render.release.problems import problems
from bot.render.release.view import ReleaseView
from bot.render.slack.alarm import alarm, alarm_over
from bot.render.slack.changes import Became, became
from bot.slack.desired import desired, needs
from bot.slack.replies import images_of
from bot.store.threads import ALARM, Desired, Message, MessageState, Thread

_TOLD: Final = "critical"


def alarms(thread: Thread | None, release: ReleaseView, *, base_url: str) -> Iterator[Desired]:
    """One post for each critical rule that was not told before, and the edits of earlier ones."""
    if thread is None:
        return
    critical = {problem.rule: problem for problem in problems(release) if problem.is_critical}
    there = {str(reply.facts.get("rule", "")): reply for reply in thread.replies if reply.part.startswith(ALARM)}
    told = _told(thread.parent) if thread.parent.rev else set(critical)
    for rule, problem in critical.items():
        last = there.get(rule)
        draft = alarm(release, problem, intent=thread.parent.intent, base_url=base_url)
        if last is not None and _is_open(last):
            if needs(last, draft):
                yield desired(last.part, draft)
        elif rule not in told and not release.attention.is_quiet and not release.twin:
            yield desired(f"{ALARM}{rule}.{_count(thread, rule) + 1}", draft)
    for rule, last in there.items():
        is_known = not release.is_waiting and became(release, [rule], images_of(last)) is not Became.UNKNOWN
        if rule not in critical and _is_open(last) and is_known:
            yield desired(last.part, alarm_over(release, rule, images_of(last)))


def is_critical_untold(thread: Thread, release: ReleaseView) -> bool:
    """Whether something critical was told nowhere, since somebody had deleted the thread before."""
    critical = {problem.rule for problem in problems(release) if problem.is_critical}
    posts = [reply for reply in thread.replies if reply.part.startswith(ALARM)]
    posted, lost = (
        {str(one.facts.get("rule", "")) for one in posts if bool(one.rev) is sent} for sent in (True, False)
    )
    return not critical <= (_told(thread.parent) - lost) | posted


def _told(parent: Message) -> set[str]:
    """The critical rules that the parent names. One of the first version names all that fail."""
    rules = parent.facts.get(_TOLD, parent.facts.get("failed", ""))
    return set(str(rules).split(","))


def _is_open(message: Message) -> bool:
    return message.facts.get("state") == "open" and message.state is not MessageState.GONE


def _count(thread: Thread, rule: str) -> int:
    return sum(reply.part.startswith(f"{ALARM}{rule}.") for reply in thread.replies)
