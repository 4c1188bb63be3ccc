"""The reply about one fix: which problems it fixes, why and where they come from, what to do and how to verify it."""

from collections.abc import Iterator
from typing import Final

from bot.render.advice import patch
from bot.render.counted import counted
from bot.render.release.affected import about, is_about_others
from bot.render.release.fixes import ReleaseFix, to_run
from bot.render.release.view import ReleaseView
from bot.render.slack.brief import brief, is_shortened
from bot.render.slack.buttons import PROPOSE_FIX, show_fix_button
from bot.render.slack.details import SNIPPET_LINES_MAX, SNIPPET_MAX, details, is_cut, to_do
from bot.render.slack.escape import code, cut, escaped, plain, prose
from bot.render.slack.message import (
    TEXT_MAX,
    Block,
    MessageDraft,
    actions,
    bullets,
    button,
    paragraph,
    rich_text,
    section,
)
from bot.render.slack.words import MARKS, listed, release_page, report_page, rule_page
from bot.rules import Outcome

ABOUT_RULE: Final = "link.rule"
OPEN_TEXT: Final = "link.text"
OPEN_PATCH: Final = "patch.open"
"""handlers/actions/open_patch.py handles it."""

EVENT: Final = "provenance_fix"

SNIPPET_SIZES: Final = (SNIPPET_MAX, 1200, 300)
"""Characters for the snippet. The values are tried in order until the message is within Slack's limits."""

ALL_LINES: Final = 1000
"""Where no page has the rest, the snippet is whole as far as Slack takes it."""

ADVICE: Final = ":warning: *Advice*"

RULES_MAX: Final = 4
OTHERS_MAX: Final = 10
NAMES_MAX: Final = 6
FACTS_MAX: Final = 600


def fix_reply(release: ReleaseView, fix: ReleaseFix, *, base_url: str = "") -> MessageDraft:
    """The reply for one fix."""
    drafts = (_fix(release, fix, snippet_max, base_url) for snippet_max in SNIPPET_SIZES)
    return _fitting(next((draft for draft in drafts if draft.fits()), _fix(release, fix, 0, base_url)))


def brief_reply(release: ReleaseView, fix: ReleaseFix, *, base_url: str = "") -> MessageDraft:
    """The reply in a thread: one screen of a phone. `fix_reply` is all of it, for who presses "Show the fix"."""
    lead = fix.failures[0]
    what_to_do = to_do(lead.result) or lead.result.title
    text = cut(f"Fix for {escaped(', '.join(fix.rules), 400)}: {escaped(what_to_do, 1000)}", TEXT_MAX)
    said = brief(lead.report, lead.result, fix.advice, others=fix.others, is_single=len(fix.rules) == 1)
    content = list(said) or [paragraph(plain(lead.result.title))]
    content += [*_other_diffs(release, fix), *_other_runs(release, fix)]
    rule = lead.result.rule
    buttons = [show_fix_button(rule[:80], release.title, "Whole fix")] if is_shortened(lead.result, fix.advice) else []
    if patch(lead.result):
        value = f"{lead.report.image} {rule[:80]}"
        buttons.append(
            button(PROPOSE_FIX, "Open a pull request…", value=rule[:80], spoken=f"Propose the fix of {rule}")
        )
        buttons.append(button(OPEN_PATCH, "Open the diff", value=value, spoken=f"Open the diff that fixes {rule}"))
    if about := rule_page(base_url, rule):
        buttons.append(button(ABOUT_RULE, "About this rule", url=about, spoken=f"About the rule {rule}"))
    blocks = [section("why", _why(release, fix)), rich_text("code", content)]
    blocks += [actions("act", *buttons)] if buttons else []
    return _fitting(MessageDraft(text, tuple(blocks), EVENT, _facts(release, fix)))


def others(release: ReleaseView, rest: tuple[ReleaseFix, ...], *, base_url: str = "") -> MessageDraft:
    """The last reply: everything without a reply of its own. A single fix gets a full reply."""
    if len(rest) == 1:
        return brief_reply(release, rest[0], base_url=base_url)
    names = ", ".join(dict.fromkeys(rule for fix in rest for rule in fix.rules))
    text = cut(f"{counted(len(rest), 'more fix', 'more fixes')} needed: {escaped(names, 2000)}.", TEXT_MAX)
    lines = [plain(_summary(release, fix), 200) for fix in rest[:OTHERS_MAX]]
    if len(rest) > OTHERS_MAX:
        lines.append(f"and {len(rest) - OTHERS_MAX} more")
    page = release_page(base_url, release.subject)
    blocks = [
        section("why", f"{_mark(*rest)} {counted(len(rest), 'more fix', 'more fixes')}"),
        rich_text("code", [bullets(lines)]),
    ]
    blocks += [actions("act", button(OPEN_TEXT, "Full text", url=page))] if page else []
    failures = tuple(failure for fix in rest for failure in fix.failures)
    return _fitting(MessageDraft(text, tuple(blocks), EVENT, _facts(release, ReleaseFix("others", failures))))


def _fix(release: ReleaseView, fix: ReleaseFix, snippet_max: int, base_url: str) -> MessageDraft:
    lead = fix.failures[0]
    what_to_do = to_do(lead.result) or lead.result.title
    text = cut(f"Fix for {escaped(', '.join(fix.rules), 400)}: {escaped(what_to_do, 1000)}", TEXT_MAX)
    lines_max = SNIPPET_LINES_MAX if base_url else ALL_LINES
    content = list(details(lead.report, lead.result, fix.advice, snippet_max, lines_max))
    content = [
        *(content or [paragraph(plain(lead.result.title))]),
        *_other_diffs(release, fix),
        *_other_runs(release, fix),
    ]
    blocks = [section("why", _why(release, fix)), rich_text("code", content)]
    if buttons := list(_buttons(fix, snippet_max, base_url)):
        blocks.append(actions("act", *buttons))
    return MessageDraft(text, tuple(blocks), EVENT, _facts(release, fix))


def _other_diffs(release: ReleaseView, fix: ReleaseFix) -> Iterator[Block]:
    """Whose diff is shown, where another image needs another one."""
    names = list(dict.fromkeys(release.names[image] for image, _ in fix.diffs))
    if len(names) > 1:
        others = ", ".join(names[1:NAMES_MAX])
        yield paragraph(
            plain(f"This is the diff for {names[0]}; that for {others} differs: see the report of each.", 400)
        )


def _other_runs(release: ReleaseView, fix: ReleaseFix) -> Iterator[Block]:
    """For which images commands about one image are to be run, too."""
    own, *rest = [_in_registry(release, image) for image in to_run(release, fix)] or [""]
    if rest:
        more = f" and {len(rest) - NAMES_MAX} more" if len(rest) > NAMES_MAX else ""
        others = ", ".join(rest[:NAMES_MAX])
        yield paragraph(plain(f"This is for {own}. Run it for {others}{more}, too, with their names and digests.", 600))


def _in_registry(release: ReleaseView, image: str) -> str:
    """The name, with its registry where the release is in several."""
    name, registry = release.names[image], image.partition("/")[0]
    return f"{name} ({registry})" if len({one.registry for one in release.images}) > 1 else name


def _why(release: ReleaseView, fix: ReleaseFix) -> str:
    """What it fixes, one line for each rule, with the images if there are others."""
    rules = fix.rules
    lines = [_line(release, fix, rule) for rule in rules[:RULES_MAX]]
    if len(rules) > RULES_MAX:
        lines.append(f"and {len(rules) - RULES_MAX} more")
    names = {release.names[image] for image in to_run(release, fix)}
    if len(names) > 1 and not is_about_others(fix.rules):
        lines.insert(0, f"{_mark(fix)} Each of {len(names)} images needs this")
    elif len(fix.failures) > 1 and (count := f"{_count(release, fix)}{_place(fix)}") != "this":
        lines.insert(0, f"{_mark(fix)} One change fixes {count}")
    else:
        lines[0] = f"{_mark(fix)} {lines[0]}"
    return "\n".join(lines)


def _mark(*fixes: ReleaseFix) -> str:
    """What is only advised has a mark of its own, and never that of a failure."""
    is_required = any(failure.result.required for fix in fixes for failure in fix.failures)
    return MARKS[Outcome.FAIL] if is_required else ADVICE


def _count(release: ReleaseView, fix: ReleaseFix) -> str:
    rules, images = len(fix.rules), len({release.names[image] for image in fix.images})
    of = f" in {images} images" if images > 1 else ""
    return f"{counted(rules, 'problem')}{of}" if rules > 1 else f"this{of}"


def _place(fix: ReleaseFix) -> str:
    """The file to change, and the line in it."""
    patches = fix.failures[0].result.patches
    if not patches:
        return ""
    path = patches[0].path.rpartition("/")[2]
    line = next((one.line for one in fix.failures[0].result.lines if one.path == patches[0].path), 0)
    return f": {code(path, 120)}" + (f", line {line}" if line else "")


def _line(release: ReleaseView, fix: ReleaseFix, rule: str) -> str:
    failures = [failure for failure in fix.failures if failure.result.rule == rule]
    names = list(about(release, rule, failures))
    more = f" and {len(names) - NAMES_MAX} more" if len(names) > NAMES_MAX else ""
    on = f": {prose(', '.join(names[:NAMES_MAX]), 400)}{more}" if len(set(release.names.values())) > 1 else ""
    return f"{prose(failures[0].result.title)} ({code(rule, 80)}){on}"


def _summary(release: ReleaseView, fix: ReleaseFix) -> str:
    lead = fix.failures[0].result
    names = dict.fromkeys(name for rule in fix.rules for name in about(release, rule, fix.failures))
    on = f" ({', '.join(list(names)[:NAMES_MAX])})" if len(set(release.names.values())) > 1 else ""
    return f"{', '.join(fix.rules)}{on}: {to_do(lead) or lead.title}"


def _buttons(fix: ReleaseFix, snippet_max: int, base_url: str) -> Iterator[Block]:
    lead = fix.failures[0]
    rule = lead.result.rule
    if patch(lead.result):
        value = f"{lead.report.image} {rule[:80]}"
        yield button(OPEN_PATCH, "Open the diff", value=value, spoken=f"Open the diff that fixes {rule}")
    if about := rule_page(base_url, rule):
        yield button(ABOUT_RULE, "About this rule", url=about, spoken=f"About the rule {rule}")
    page = report_page(base_url, lead.report.image)
    if page and is_cut(lead.result, fix.advice, snippet_max):
        yield button(OPEN_TEXT, "Full text", url=page)


def _facts(release: ReleaseView, fix: ReleaseFix) -> dict[str, str | int]:
    """`rule` is the worst one, for readers; `rules` and `images` are what the reply is about."""
    lead = fix.failures[0]
    return {
        "subject": release.subject[:FACTS_MAX],
        "digest": lead.report.digest[:150],
        "rule": lead.result.rule[:80],
        "rules": ",".join(fix.rules)[:FACTS_MAX],
        "was": cut(", ".join(dict.fromkeys(failure.result.title for failure in fix.failures)), 150),
        "images": listed(fix.images),
        "state": "open",
    }


def _fitting(draft: MessageDraft) -> MessageDraft:
    return draft if draft.fits() else draft.plain()
