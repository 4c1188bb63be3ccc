"""What the bot remembers, in Redis. Every key has a time to live or a reason.

connection.py opens the store, with a Redis of yours or the embedded engine. To remember another thing: a file here with
a class that takes a `Store`, names its keys with `store.key(…)`, and lets `trouble(…)` turn what goes wrong into
StoreError; then its keys in `tests/store/test_keys_expire.py`.
"""

from bot.store.connection import Store, open_running_store, open_store, trouble

__all__ = ["Store", "open_running_store", "open_store", "trouble"]
