"""A post of its own about a critical problem, when the parent of the release is there already."""

from collections.abc import Collection, Iterable
from typing import Final

from bot.attention import NOTHING
from bot.render.release.affected import affected, detail_of
from bot.render.release.problems import ReleaseProblem
from bot.render.release.view import ReleaseView
from bot.render.slack.attention import said as said_of
from bot.render.slack.buttons import asks_to_revoke, revoked_button, show_fix_button
from bot.render.slack.changes import Became, became
from bot.render.slack.details import to_do
from bot.render.slack.escape import advice, escaped, prose
from bot.render.slack.message import Block, MessageDraft, actions, button, context, section
from bot.render.slack.words import listed, release_page, rule_page, some_names
from bot.rules import catalogue
from bot.values import replace

EVENT: Final = "provenance_alarm"
ABOUT_RULE: Final = "link.rule"
OPEN_PAGE: Final = "link.report"

_OVER: Final = {
    Became.FIXED: (":white_check_mark:", "No longer so"),
    Became.WAIVED: (":ballot_box_with_check:", "Waived"),
    Became.ELSEWHERE: (":warning:", "No longer critical"),
    Became.NOT_ASKED: (":heavy_minus_sign:", "No longer checked"),
    Became.UNKNOWN: (":grey_question:", "Could not be checked again"),
}


def alarm(release: ReleaseView, problem: ReleaseProblem, *, intent: str = "", base_url: str = "") -> MessageDraft:
    """What is wrong, where, and what to do first. `intent` is the parent's."""
    lead = problem.failures[0]
    names, images = affected(release, problem), dict.fromkeys(failure.view.image for failure in problem.failures)
    where = f"{some_names(names)} of {prose(release.title, 200)}" if _several(release) else prose(release.title, 200)
    said = f":rotating_light: *Critical: {prose(problem.title)}* in {where}"
    detail = detail_of(release, problem)
    todo = to_do(lead.result)
    lines = [said, *([prose(detail)] if detail else []), *([advice(todo, 300)] if todo else [])]
    blocks = [section("alarm", "\n".join(lines))]
    if asks_to_revoke(problem) and (notes := list(said_of(replace(NOTHING, revoked=release.attention.revoked)))):
        blocks.append(context("attention", *notes))
    blocks.append(actions("act", *_buttons(release, problem, intent, base_url)))
    text = f"Critical: {escaped(problem.title)} in {escaped(release.title, 600)}. {escaped(detail)}"
    return _fitting(MessageDraft(text, tuple(blocks), EVENT, _facts(release, problem.rule, "open", images)))


def alarm_over(release: ReleaseView, rule: str, images: Collection[str] = ()) -> MessageDraft:
    """Replaces it when it is known what became of the problem in those images."""
    mark, word = _OVER[became(release, [rule], images)]
    title = next((one.title for one in catalogue() if one.id == rule), rule)
    said = f"{mark} *{word}* in {prose(release.title, 200)}: {prose(title, 150)}"
    text = f"{word}: {escaped(title, 150)} in {escaped(release.title, 600)}."
    return MessageDraft(text, (section("alarm", said),), EVENT, _facts(release, rule, "over", images))


def _several(release: ReleaseView) -> bool:
    return len(set(release.names.values())) > 1


def _buttons(release: ReleaseView, problem: ReleaseProblem, intent: str, base_url: str) -> list[Block]:
    about, page = rule_page(base_url, problem.rule), release_page(base_url, release.subject)
    made = [show_fix_button(intent, release.title)]
    if asks_to_revoke(problem):
        made = [show_fix_button(intent, release.title, "How to build without it")]
        if release.attention.revoked is None:
            made.insert(0, revoked_button(intent, release.title))
    if about:
        made.append(button(ABOUT_RULE, "About this rule", url=about, spoken=f"About the rule {problem.rule}"))
    if page:
        made.append(button(OPEN_PAGE, "Full report", url=page))
    return made


def _facts(release: ReleaseView, rule: str, state: str, images: Iterable[str]) -> dict[str, str | int]:
    return {
        "subject": release.subject[:600],
        "digest": release.digest[:150],
        "rule": rule[:80],
        "state": state,
        "images": listed(images),
    }


def _fitting(draft: MessageDraft) -> MessageDraft:
    return draft if draft.fits() else draft.plain()
