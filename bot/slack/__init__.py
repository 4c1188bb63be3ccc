"""Posts to Slack, each message exactly once.

Other packages call outbox.py. A plan (plan.py, replies.py, alarms.py, plan_failure.py: no I/O) says which messages a
release needs. The plan is stored (bot/store/threads/). Then sender.py locks the channel, and delivery.py delivers each
message through a transport: Slack (web_api.py) or the pages alone (local_transport.py). To add a kind of message: its
rendering in bot/render/slack/, and its condition in plan.py.
"""
