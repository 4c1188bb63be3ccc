"""What the bot remembers, in Redis. Every key has a time to live or a reason."""
