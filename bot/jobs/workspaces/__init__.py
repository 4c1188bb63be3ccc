"""The work for several Slack workspaces (OAuth): each has its part of the store, its policy and its token.

A job says for which workspace it is; router.py hands it to the parts of that one (parts.py). What runs beside the jobs
(polling, digests, ends, the look at the setup) runs once for each workspace, too (loops.py).
"""
