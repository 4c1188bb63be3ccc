"""A post of its own about a critical problem, when the parent of the release is there already."""

from typing import Final

from bot.render.release.problems import ReleaseProblem, affected
from bot.render.release.view import ReleaseView
from bot.render.slack.details import to_do
from bot.render.slack.escape import advice, escaped, plain, prose
from bot.render.slack.message import Block, MessageDraft, actions, button, section
from bot.render.slack.release import first_message, some_names
from bot.render.slack.words import release_page, rule_page

EVENT: Final = "provenance_alarm"
ABOUT_RULE: Final = "link.rule"
OPEN_PAGE: Final = "link.report"


def alarm(release: ReleaseView, problem: ReleaseProblem, *, base_url: str = "") -> MessageDraft:
    """What is wrong, where, and what to do first."""
    lead = problem.failures[0]
    names = affected(release, problem)
    where = f"{some_names(names)} of {prose(release.title, 200)}" if _several(release) else prose(release.title, 200)
    said = f":rotating_light: *Critical: {prose(problem.title)}* in {where}"
    detail = first_message(problem)
    todo = to_do(lead.result)
    lines = [said, *([prose(detail)] if detail else []), *([advice(todo, 300)] if todo else [])]
    blocks = [section("alarm", "\n".join(lines))]
    if buttons := _buttons(release, problem, base_url):
        blocks.append(actions("act", *buttons))
    text = f"Critical: {escaped(problem.title)} in {escaped(release.title, 600)}. {escaped(detail)}"
    return _fitting(MessageDraft(text, tuple(blocks), EVENT, _facts(release, problem.rule, "open")))


def alarm_over(release: ReleaseView, rule: str) -> MessageDraft:
    """Replaces it when the problem is no longer there."""
    said = f":white_check_mark: *No longer so* in {prose(release.title, 200)}: {prose(plain(rule, 80))}"
    text = f"No longer so: {escaped(rule, 80)} in {escaped(release.title, 600)}."
    return MessageDraft(text, (section("alarm", said),), EVENT, _facts(release, rule, "over"))


def _several(release: ReleaseView) -> bool:
    return len(set(release.names.values())) > 1


def _buttons(release: ReleaseView, problem: ReleaseProblem, base_url: str) -> list[Block]:
    about, page = rule_page(base_url, problem.rule), release_page(base_url, release.subject)
    made = []
    if about:
        made.append(button(ABOUT_RULE, "About this rule", url=about, spoken=f"About the rule {problem.rule}"))
    if page:
        made.append(button(OPEN_PAGE, "Full report", url=page))
    return made


def _facts(release: ReleaseView, rule: str, state: str) -> dict[str, str | int]:
    return {"subject": release.subject[:600], "digest": release.digest[:150], "rule": rule[:80], "state": state}


def _fitting(draft: MessageDraft) -> MessageDraft:
    return draft if draft.fits() else draft.plain()
