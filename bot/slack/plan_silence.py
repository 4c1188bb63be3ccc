"""Which messages the thread of a webhook source needs. No I/O.

The parent says how it is now, and is edited in place. A source that is silent for the second time is a reply: Slack
notifies for posts, and not for edits.
"""

from collections.abc import Iterator
from typing import Final

from bot.render.slack.silence import silent_source
from bot.slack.desired import desired, needs
from bot.store.silence import SilentSource
from bot.store.threads import Desired, MessageState, Thread

AGAIN: Final = "silent"


def subject_of(source: str) -> str:
    """The thread's subject; no image has a space in its name."""
    return f"webhook source {source}"


def plan_silence(thread: Thread | None, silent: SilentSource, *, intent: str, now: float) -> tuple[Desired, ...]:
    """The desired messages; empty if nothing has changed. `now` in seconds since the epoch."""
    return tuple(_planned(thread, silent, intent, now))


def _planned(thread: Thread | None, silent: SilentSource, intent: str, now: float) -> Iterator[Desired]:
    draft = silent_source(silent.source, silent.images)
    if thread is None or thread.parent.state is MessageState.GONE:
        if silent.repositories:
            fields = {"verdict": "", "since": f"{now:.3f}", "digest": ""}
            yield desired("", draft, intent=intent, fields=fields, fresh=thread is not None)
        return
    if not needs(thread.parent, draft):
        return
    yield desired("", draft, intent=thread.parent.intent)
    if silent.repositories and thread.parent.facts.get("state") == "over":
        count = sum(reply.part.startswith(AGAIN) for reply in thread.replies)
        yield desired(f"{AGAIN}.{count + 1}", draft)
