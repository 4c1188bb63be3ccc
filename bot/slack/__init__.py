"""Posting to Slack: each thing exactly once.

outbox.py is what others call. A report becomes a plan (plan.py, replies.py, plan_trouble.py: pure), the plan is stored
(bot/store/threads.py), then sender.py takes its turn in the channel and courier.py brings each message to its place
through a transport: Slack (web_api.py) or none (pages_only.py). To add another kind of message: its rendering in
bot/render/slack/, and where it is wanted in plan.py.
"""
