"""Whether a signature holds: bytes in, a `Signature` out. No I/O, no clock but the one that is passed in.

The steps that every procedure shares stand in files of their own (`pae`, `set`, `chain`, `sct`, `body_binding`,
`timestamp`, `identity`); a procedure puts them in order (`legacy`, `public_key`, `bundle`, `rfc3161_only`, `notation`,
`docker`). A step that says no raises RefusedError, one that cannot say raises UndecidableError; `verdict.judge` turns
both into words.

To add a kind of signature: one file with a function that returns `Verified` or raises, and one branch where
`layers.py` sorts what was found. Which kinds cannot be judged, and why: README.md here.
"""
