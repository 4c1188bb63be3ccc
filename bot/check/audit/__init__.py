"""Many images looked at, version by version."""
