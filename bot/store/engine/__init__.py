"""The embedded engine: a Valkey server of our own, for those who have no Redis.

It keeps its data in one folder, speaks over a socket that only we may open, and is started again when it dies.
Several processes on one machine share it: the one that holds the folder's lock runs it, the others connect.

binary.py finds the server, folder.py opens the folder, server.py runs one server, parent_death_signal.py makes it end
with us, keeper.py puts them together, running.py finds one that runs already.
"""

from bot.store.engine.keeper import Engine
from bot.store.engine.running import running_engine

__all__ = ["Engine", "running_engine"]
