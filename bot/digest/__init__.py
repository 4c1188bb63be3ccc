"""The digest of a channel: what passed without a post of its own, what is open, and what ends soon. No I/O."""
