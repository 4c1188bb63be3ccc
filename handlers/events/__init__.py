"""Events of Slack, one file each. An event that could not be stored is not acknowledged: Slack sends it again.

handlers/slack_dispatch.py sees to it that no event comes here twice.

https://docs.slack.dev/apis/events-api/
"""
