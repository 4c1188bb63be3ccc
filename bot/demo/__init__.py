"""`make demo`: the whole bot on sample images, in one process.

samples.py   the images and their expected results     registry.py   a read-only registry that serves them
webhooks.py  webhook requests as registries send them  deliver.py    posts them to the bot
processes.py store, web server and worker              expect.py     compares the threads with the expected results
terminal.py  prints threads                            show.py       runs all of it
"""
