"""CI files read, judged and patched. Nothing here runs what it reads."""
