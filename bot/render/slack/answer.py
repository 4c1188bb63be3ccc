"""The answer to a person who asked about one image: its verdict, its problems, and how to fix the first ones."""

from dataclasses import replace
from typing import Final

from bot.render.release.fixes import fixes
from bot.render.release.view import ReleaseView
from bot.render.slack.fix import fix_reply
from bot.render.slack.message import MessageDraft
from bot.render.slack.release import parent

FIXES_MAX: Final = 2


def private_answer(image: ReleaseView, *, base_url: str = "") -> MessageDraft:
    """All in one message, because nobody else sees it. It has no buttons that act on a thread."""
    draft = parent(image, intent="", base_url=base_url)
    blocks = [block for block in draft.blocks if block.get("type") != "actions"]
    whole = replace(draft, blocks=tuple(blocks))
    for number, fix in enumerate(fixes(image)[:FIXES_MAX]):
        shown = [block for block in fix_reply(image, fix, base_url=base_url).blocks if block.get("type") != "actions"]
        named = [{**block, "block_id": f"{block['block_id']}.{number}"} for block in shown]
        longer = replace(whole, blocks=(*whole.blocks, *named))
        if not longer.fits():
            break
        whole = longer
    return whole
