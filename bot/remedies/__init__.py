"""What to paste, and the command that shows that it worked. Rules and causes use it; nothing here does I/O."""
