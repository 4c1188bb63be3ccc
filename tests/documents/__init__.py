"""README and docs as a user follows them: what is shown is run, literally."""
