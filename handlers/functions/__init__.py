"""Steps that people use in workflows (custom functions), one file each.

https://docs.slack.dev/workflows/workflow-steps
"""
