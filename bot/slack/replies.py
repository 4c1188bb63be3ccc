"""The replies about fixes: one for each of the first, one for all others. Later reports edit them in place. No I/O."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.render.release.fixes import ReleaseFix, fixes
from bot.render.release.problems import changes, problems
from bot.render.release.view import Mentions, ReleaseView
from bot.render.slack.changes import became, resolved
from bot.render.slack.fix import EVENT, brief_reply, others
from bot.slack.desired import desired, needs
from bot.store.threads import Desired, Message, MessageState, Thread
from bot.values import replace

OWN_MAX: Final = 2
"""Fixes with a reply of their own; the third reply lists all others. One less if the owners get a reply, too."""

OTHERS: Final = "others"


def fix_replies(thread: Thread | None, release: ReleaseView, *, base_url: str) -> Iterator[Desired]:
    """The desired replies, the fix of the worst problem first.

    Of a release that passes with advice, only what has changed gets one: the rest is the same each time, and a button
    has it.
    """
    there = {reply.part: reply for reply in thread.replies if reply.event == EVENT} if thread else {}
    needed = fixes(release)
    own = _own(there, needed, OWN_MAX - (release.mentions is Mentions.THREAD))
    is_quiet = release.attention.is_quiet or not release.has_fix_replies  # only edits
    new = () if is_quiet else needed if problems(release) else [fix for fix in needed if fix.about & changes()]
    for part, fix in own.items():
        if part in there or fix in new:
            yield from _maybe(there.get(part), desired(part, brief_reply(release, fix, base_url=base_url)))
    rest = tuple(fix for fix in needed if fix not in own.values())
    if rest and (OTHERS in there or any(fix in new for fix in rest)):
        yield from _maybe(there.get(OTHERS), desired(OTHERS, others(release, rest, base_url=base_url)))
    still = {*own, *([OTHERS] if rest else [])}
    for part, message in there.items():
        if part not in still and message.state is not MessageState.GONE:
            yield from _resolved(message, release)


def _own(there: Mapping[str, Message], needed: tuple[ReleaseFix, ...], limit: int) -> dict[str, ReleaseFix]:
    """Which reply each fix has, in the order of the fixes. A fix keeps its reply, and a problem, too, if it can."""
    parts = {fix.key: f"fix.{fix.key}" for fix in needed}
    own = {part: key for key, part in parts.items() if part in there}
    free = {
        part: message for part, message in there.items() if part not in own and part != OTHERS and _is_open(message)
    }
    for fix in needed:
        if fix.key in own.values():
            continue
        if part := next((part for part, message in free.items() if fix.about & set(rules_of(message))), ""):
            own[part] = fix.key
            del free[part]
    taken = sum(part != OTHERS for part in there)
    for fix in needed:
        if fix.key not in own.values() and taken < limit:
            own[parts[fix.key]] = fix.key
            taken += 1
    by_key = {key: part for part, key in own.items()}
    return {by_key[fix.key]: fix for fix in needed if fix.key in by_key}


def rules_of(message: Message) -> tuple[str, ...]:
    """The rules that a reply is about. One of the first version is about one rule, which is its name."""
    rules = str(message.facts.get("rules", "") or message.facts.get("rule", ""))
    return tuple(rule for rule in rules.split(",") if rule and rule != OTHERS)


def images_of(message: Message) -> tuple[str, ...]:
    """The images that a reply or an alarm is about, as far as its facts have room for them."""
    return tuple(filter(None, str(message.facts.get("images", "")).split(",")))


def _is_open(message: Message) -> bool:
    return message.facts.get("state") == "open" and message.state is not MessageState.GONE


def _maybe(message: Message | None, want: Desired) -> Iterator[Desired]:
    """The reply, unless it is up to date. A deleted reply is posted again when its problem comes back."""
    if message is None:
        yield want
    elif message.state is MessageState.GONE:
        if message.facts.get("state") != "open":
            yield replace(want, fresh=True)
    elif message.hash != want.hash or message.was_refused:
        yield want


def _resolved(message: Message, release: ReleaseView) -> Iterator[Desired]:
    """The edit of a reply whose fix is no longer needed; once, not at every push."""
    rules, images = rules_of(message), images_of(message)
    if message.facts.get("state") == became(release, rules, images) and not message.was_refused:
        return
    kept = tuple(block for block in message.blocks if block.get("type") == "rich_text")
    draft = resolved(release, rules, str(message.facts.get("was", "")), kept, images=images)
    if needs(message, draft):
        yield desired(message.part, draft)
