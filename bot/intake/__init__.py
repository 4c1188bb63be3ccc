"""From "somebody says that a tag was pushed" to a job in the queue. Webhooks, polls and people share this path."""
