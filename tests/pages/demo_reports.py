"""The reports on the demo's five images, checked in the demo's own registries by the built-in policy."""

from contextlib import AsyncExitStack
from typing import Final

from bot.demo.registry import serving
from bot.demo.samples import STORIES, Sample, repositories
from bot.policy import default_policies
from bot.policy.search import Searching
from bot.report import Report
from bot.signatures.options import RootOptions
from tests.checking import check
from tests.oci.opened import opened

SAMPLES: Final = tuple(story.pushed[0] for story in STORIES[:5])
"""One of each layout in bot/demo/images."""


async def demo_report(sample: Sample) -> Report:
    """What a check finds."""
    registry = sample.image.registry
    async with AsyncExitStack() as stack:
        host = await stack.enter_async_context(serving(repositories(registry)))
        mirrors = {f"{registry}/demo": f"{host}/demo"}
        client = await stack.enter_async_context(opened(mirrors=mirrors, private_hosts=(host,)))
        policies = default_policies()
        searching = Searching(RootOptions(), lambda: policies)
        searching.prepare()
        found = await check(sample.image, client, policies, search=searching.for_image(sample.image))
    return found.model_copy(update={"notes": ()})  # that GitHub was not asked; a worker asks
