"""`provenance digest`: the digest of each channel as it would be now; nothing is posted."""

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store import Store

HELP: Final = "show what each channel's digest would say now"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which channel."""
    parser.add_argument("channel", metavar="CHANNEL", nargs="?", default="", help="an id or a name; default: all")
    parser.epilog = "It looks back to the channel's last digest, or 24 hours. PROVENANCE_DIGEST says when it is posted."


def run(arguments: argparse.Namespace) -> int:
    """Print them. Raises UsageError, SettingsError and StoreError."""
    import asyncio  # noqa: PLC0415 - not for --help

    from bot import logs  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    logs.configure_command()
    asyncio.run(_show(load(), arguments.channel))
    return 0


async def _show(settings: "Settings", channel: str) -> None:
    from bot.jobs.digest_contents import DigestContents  # noqa: PLC0415
    from bot.render.digest import lines  # noqa: PLC0415
    from bot.render.plain import plain  # noqa: PLC0415
    from bot.store import open_running_store  # noqa: PLC0415

    async with open_running_store(settings) as store:
        if store is None:
            print(f"no bot runs with the data folder {settings.data}, so there is nothing to show")
            return
        contents, now = DigestContents(store), await store.now()
        found = sorted(await contents.channels())
        for team, id_ in await _named(found, channel, store) if channel else found:
            print(plain(id_))
            for line in lines(await contents.lately(team, id_, now=now), now):
                print(f"  {line}")
        if not found:
            print("no channel has a thread yet, so there is nothing to show")


async def _named(found: list[tuple[str, str]], channel: str, store: "Store") -> list[tuple[str, str]]:
    """The channels of that id or name. Raises UsageError if there is none."""
    from bot.errors import UsageError  # noqa: PLC0415
    from bot.slack.channels import known_id  # noqa: PLC0415

    wanted = [one for one in found if one[1] in {channel, await known_id(store, one[0], channel)}]
    if not wanted:
        there = ", ".join(id_ for _, id_ in found[:20]) or "none"
        raise UsageError(f"nothing was posted in {channel}; there is: {there}")
    return wanted
