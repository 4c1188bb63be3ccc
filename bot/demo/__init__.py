"""`make demo`: the whole bot on sample images, in one process.

samples.py   the stories, and their expected results   registry.py   read-only registries that serve the images
webhooks.py  webhook requests as registries send them  deliver.py    posts them to the bot
processes.py store, web server and worker              expect.py     compares the threads with the expected results
policy.yaml  what is asked of the images                terminal.py   prints threads
show.py      runs all of it
"""
