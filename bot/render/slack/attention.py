"""What people said about a release, in its parent message: who acknowledged, snoozed, muted it, or revoked a secret."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from bot.attention import Attention, Snooze
from bot.attention.proposed_fix import MERGED, OPEN
from bot.render.slack.escape import date, link, prose

_USER: Final = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)

_STATES: Final = {
    OPEN: "open",
    MERGED: "merged; the next build shows whether it works",
}


def said(attention: Attention) -> Iterator[str]:
    """One line for each thing that is in force."""
    if revoked := attention.revoked:
        yield f"🔑 Secret revoked by {person(revoked.who)}, {_at(revoked.at)}; the image still shows it"
    if fix := attention.proposed:
        state = _STATES.get(fix.state, "closed without a merge")
        by = "this tag passes with it" if fix.is_proved_here else f"{prose(fix.proof, 200)} shows that it works"
        state = f"merged; {by}" if fix.proof else state
        yield f"🔧 Fix by {person(fix.who)}: {link(fix.url, f'{fix.repository}#{fix.number}')}, {state}"
    if note := attention.acknowledgement:
        yield f"👀 Acknowledged by {person(note.who)}, {_at(note.at)}"
    if snooze := attention.snooze:
        yield f"💤 Snoozed by {person(snooze.who)} {until(snooze)}"
    if mute := attention.mute:
        yield f"🔕 Muted in this channel by {person(mute.who)}, {_at(mute.at)}"


def until(snooze: Snooze) -> str:
    """When it ends."""
    return "until the next release" if snooze.newest else f"until {_at(snooze.until)}"


def person(who: str) -> str:
    """A Slack user by id, as their name is shown; else the escaped text. An edit or a private answer pings nobody."""
    return f"<@{who}>" if _USER.fullmatch(who) else prose(who or "somebody", 80)


def _at(seconds: float) -> str:
    return date(datetime.fromtimestamp(seconds, UTC))
