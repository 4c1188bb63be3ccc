"""A name for the trusted roots of an operator: when they change, earlier verdicts do not count any more."""

from hashlib import sha256
from pathlib import Path

from bot.signatures.options import RootOptions


def fingerprint(options: RootOptions) -> str:
    """16 hexadecimal digits of which roots are trusted, and of the bytes of each file. What cannot be read has none."""
    files = options.files if options.tuf_root is None else (*options.files, options.tuf_root)
    said = repr((options.public, options.tuf, tuple(map(str, files)), [_content(file) for file in files]))
    return sha256(said.encode()).hexdigest()[:16]


def _content(file: Path) -> str:
    """Whoever reads it as a root says why it cannot be read."""
    try:
        return sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""
