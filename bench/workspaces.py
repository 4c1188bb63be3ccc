"""What a workspace of several costs while nothing happens: memory of web and worker, commands of the store.

Each workspace has typed a command, so that its listeners and its parts are there; polling is on, and watches nothing.
"""

import asyncio
import resource
import tempfile
from pathlib import Path
from typing import Final

from bench.saying import say
from bot.store import open_store
from bot.store.engine.binary import find_binary
from bot.store.workspaces import Installations, TokenKeys
from tests.fake_slack import Sender
from tests.real_redis import RedisServer, running_server
from tests.workspaces.bot import KEYS, SeveralBot, several
from tests.workspaces.making import facts, tokens

COUNTS: Final = (0, 50, 100)
SETTLE: Final = 20.0
IDLE: Final = 60.0


async def measured(server: RedisServer, count: int, folder: Path) -> tuple[float, float]:
    """MB of this process, in which web and worker run, and commands a second."""
    async with open_store(server.settings()) as store:
        await store.redis.flushall()
        installations = Installations(store, TokenKeys.parse(KEYS))
        async with several(server, store, folder, poll=900) as bot:
            for team in (f"T0BENCH{number:04d}" for number in range(count)):
                await installations.install(facts(team), tokens(team))
                bot.slack.oauth.workspace(team)
                bot.slack.oauth.tokens[tokens(team).token] = (team, 0.0)
                await typed(bot, team)
            await asyncio.sleep(SETTLE)
            before = int((await store.redis.info())["total_commands_processed"])
            await asyncio.sleep(IDLE)
            return memory(), (int((await store.redis.info())["total_commands_processed"]) - before) / IDLE


async def typed(bot: SeveralBot, team: str) -> None:
    person = Sender.to(f"{bot.town.base}/slack/events", bot.slack, bot.session, team)
    assert "Nothing was checked yet" in (await person.command("status")).text


def memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        socket = folder / "s"
        flags = ("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", "")
        with running_server(RedisServer(str(find_binary()), folder, f"unix://{socket}", flags)) as server:
            for count in COUNTS:
                size, commands = asyncio.run(measured(server, count, folder))
                say(f"{count:4d} workspaces: {size:4.0f} MB of web and worker together, {commands:4.0f} commands/s")


if __name__ == "__main__":
    main()
