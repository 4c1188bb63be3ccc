"""`provenance watch`: watch images without any setting; their pushes are checked, and their repositories polled."""

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.watches import Watch

HELP: Final = "watch a repository, or all of a namespace, for new and moved tags"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to watch, which tags, where to tell."""
    parser.add_argument("images", metavar="IMAGES", help="quay.io/acme/app, or 'quay.io/acme/*'")
    parser.add_argument("tags", metavar="TAGS", nargs="*", default=[], help="only these tags, e.g. '1.*'; default: all")
    parser.add_argument("--channel", default="", help="the Slack channel; default: the policy's, else SLACK_CHANNEL")


def run(arguments: argparse.Namespace) -> int:
    """Add it to the store. Raises UsageError, SettingsError and StoreError."""
    import asyncio  # noqa: PLC0415 - not for --help
    import getpass  # noqa: PLC0415
    import time  # noqa: PLC0415

    from pydantic import ValidationError  # noqa: PLC0415

    from bot import logs  # noqa: PLC0415
    from bot.errors import MalformedError, UsageError  # noqa: PLC0415
    from bot.policy.channel import require_channel  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415
    from bot.store.watches import TAG_GLOBS_MAX, Watch  # noqa: PLC0415

    logs.configure_command()
    try:
        if arguments.channel:
            require_channel(arguments.channel)
        watch = Watch(
            glob=arguments.images,
            tags=tuple(arguments.tags),
            who=getpass.getuser(),
            channel=arguments.channel,
            at=time.time(),
        )
    except MalformedError as error:
        raise UsageError(f"--channel: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        if "tags" in first["loc"]:
            signs = "letters, digits, . _ - * and ?, for example 1.*"
            raise UsageError(f"TAGS: a glob of tags has {signs}; at most {TAG_GLOBS_MAX} of them") from None
        raise UsageError(str(first["msg"]).removeprefix("Value error, ")) from None
    asyncio.run(_add(load(), watch))
    return 0


async def _add(settings: "Settings", watch: "Watch") -> None:
    from bot.errors import UsageError  # noqa: PLC0415
    from bot.polling.targets import refusals  # noqa: PLC0415
    from bot.store import open_store  # noqa: PLC0415
    from bot.store.watches import StoredWatches  # noqa: PLC0415

    if refused := refusals(watch, settings.tag_apis):
        raise UsageError("; ".join(map(str, refused)))
    async with open_store(settings) as store:
        is_new = await StoredWatches(store).add(watch)
    print(f"{'watched' if is_new else 'watched as said now'}: {watch.glob}")
