"""All the steps, in their order."""

from typing import Final

from tests.e2e import walk_thread, walk_waivers, walk_words

STEPS: Final = (*walk_thread.STEPS, *walk_waivers.STEPS, *walk_words.STEPS)
