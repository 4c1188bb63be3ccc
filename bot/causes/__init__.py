"""Why a rule failed, and what to paste to mend it. One cause a file, no I/O."""
