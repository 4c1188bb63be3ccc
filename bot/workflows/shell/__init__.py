"""Shell text read with care: words know where they stand, and what cannot be known stays an unresolved part.

`script.py` maps a script to its file, `words.py` cuts it into words, `commands.py` puts words together to commands,
`values.py` follows variables as far as that can be done without running anything.
"""
