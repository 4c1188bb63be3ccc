"""A report as Slack messages. Pure: blocks and text in, nothing sent."""
