"""The main job on sample images, in one process: what `make demo` runs.

samples.py  the images, and what is true of them      registry.py  a read-only registry that serves them
senders.py  webhook requests as registries make them  deliver.py   sends them to our own door
room.py     store, web and worker in one process      expect.py    are the threads as they must be
terminal.py threads at a terminal                     show.py      the whole of it
"""
