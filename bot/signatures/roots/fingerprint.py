"""A name for the trusted roots of an operator: when they change, earlier verdicts do not count any more."""

from hashlib import sha256

from bot.signatures.options import RootOptions


def fingerprint(options: RootOptions) -> str:
    """16 hexadecimal digits of which roots are trusted, and of the bytes of each file. One that is gone has none."""
    files = options.files if options.tuf_root is None else (*options.files, options.tuf_root)
    contents = [sha256(file.read_bytes()).hexdigest() if file.is_file() else "" for file in files]
    said = repr((options.public, options.tuf, tuple(map(str, files)), contents))
    return sha256(said.encode()).hexdigest()[:16]
