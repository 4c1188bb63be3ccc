"""The answers that one person sees: about one image that they asked for, and the fixes of a release."""

from collections.abc import Collection
from typing import Final

from bot.render.release.fixes import fixes
from bot.render.release.view import ReleaseView
from bot.render.slack.buttons import private_buttons
from bot.render.slack.escape import code, escaped
from bot.render.slack.fix import fix_reply
from bot.render.slack.message import MessageDraft, actions, section
from bot.render.slack.release import parent
from bot.values import replace

EVENT: Final = "provenance_fixes"
FIXES_MAX: Final = 2


def private_answer(image: ReleaseView, *, base_url: str = "") -> MessageDraft:
    """Verdict and problems of one image. The fixes are one press away."""
    draft = parent(replace(image, has_fix_replies=False), intent="", base_url=base_url)
    blocks = [block for block in draft.blocks if block.get("type") != "actions"]
    return replace(draft, blocks=(*blocks, actions("act", *private_buttons(image))))


def fixes_answer(release: ReleaseView, *, base_url: str = "", rules: Collection[str] = ()) -> MessageDraft | None:
    """The first fixes, in one message; those of `rules` if there are any. None if nothing is to be fixed."""
    found = fixes(release)
    wanted = [fix for fix in found if fix.about & set(rules)] or list(found)
    if not wanted:
        return None
    text = f"{escaped(release.title, 600)}: {len(wanted)} to fix."
    more = f", the first {FIXES_MAX}" if len(wanted) > FIXES_MAX else ""
    whole = MessageDraft(text, (section("what", f"How to fix {code(release.title, 600)}{more}:"),), EVENT)
    for number, fix in enumerate(wanted[:FIXES_MAX]):
        shown = [block for block in fix_reply(release, fix, base_url=base_url).blocks if block.get("type") != "actions"]
        named = [{**block, "block_id": f"{block['block_id']}.{number}"} for block in shown]
        longer = replace(whole, blocks=(*whole.blocks, *named))
        if not longer.fits():
            break
        whole = longer
    return whole
