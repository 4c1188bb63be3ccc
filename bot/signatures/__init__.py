"""Signatures of one image: where they may be, what was found there, and whether it holds.

    discovery   asks the registry for all places at once; fetch reads manifests and layers
    layouts     the one table: which layer is of which layout, and how one is verified
    pipeline    the steps of every verification, with three slots: content, key, time
    verdict     valid, invalid or unverifiable, with a code (reason.py) and a sentence

Importing this package imports nothing heavy. How to add a layout, and what cannot be judged: README.md here.
"""
