"""A report as Slack messages: text and blocks. No I/O."""
