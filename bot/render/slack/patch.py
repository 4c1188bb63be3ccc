"""Messages of `/provenance fix`: the change to a workflow, and the pull request."""

from typing import TYPE_CHECKING, Final

from bot.render.slack.details import SNIPPET_MAX, beginning
from bot.render.slack.escape import advice, code, escaped, link, plain
from bot.render.slack.message import Block, MessageDraft, actions, button, context, preformatted, rich_text, section

if TYPE_CHECKING:  # heavy, and few ask for a fix
    from bot.check.fixing import WorkflowFix
    from bot.workflows.pull_requests import PullRequest

PROPOSE: Final = "patch.propose"
"""handlers/actions/open_pull_request.py handles it."""

_EVENT: Final = "provenance_patch"


def dry_run(image: str, fix: "WorkflowFix", *, why_not: str = "") -> MessageDraft:
    """The proposed change. The button is only there if this person may open the pull request."""
    proposal = fix.proposal
    paths = ", ".join(code(path, 200) for path, _ in proposal.files[:3])
    what = f"The fix changes {paths} on {code(proposal.base.branch, 100)} of {code(proposal.name, 200)}."
    rules = ", ".join(code(rule, 80) for rule in fix.rules[:10])
    blocks: list[Block] = [section("what", f"{what}\nIt fixes {rules} for images that are built afterwards.")]
    if fix.diff:
        blocks.append(rich_text("diff", [preformatted(plain(beginning(fix.diff, SNIPPET_MAX), SNIPPET_MAX + 100))]))
    notes = [fix.reason, why_not or "Nothing has been changed yet."]
    blocks.append(context("note", *(advice(note) for note in notes if note)))
    if not why_not:
        spoken = f"Open a pull request in {proposal.name}"
        value = f"{image} {proposal.branch}"
        blocks.append(actions("act", button(PROPOSE, "Open a pull request", value=value, spoken=spoken)))
    text = f"A change to {escaped(proposal.name, 200)} that fixes {escaped(', '.join(fix.rules), 1000)}."
    return MessageDraft(text, tuple(blocks), _EVENT)


def outdated(image: str, fix: "WorkflowFix") -> MessageDraft:
    """The file has changed since the fix was shown: shows the new one."""
    fresh = dry_run(image, fix)
    note = section("news", "The workflow has changed since then, so no pull request was opened. This is the new fix:")
    return MessageDraft(fresh.text, (note, *fresh.blocks), _EVENT)


def proposed(pull: "PullRequest", name: str) -> MessageDraft:
    """The address of the pull request, new or already there."""
    address = link(pull.url, f"{name}#{pull.number}")
    if pull.is_new:
        said = f"Opened {address}."
    elif pull.state == "open":
        said = f"{address} already proposes this change."
    else:
        said = f"{address} already proposed this change; it is {code(pull.state, 40)}. It is not proposed again."
    return MessageDraft(said, (section("what", said),), _EVENT)


def refusal_of(sentence: str) -> MessageDraft:
    """Says why nothing was done."""
    said = advice(sentence, 1000)
    return MessageDraft(said, (section("what", said),), _EVENT)
