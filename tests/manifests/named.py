"""The images that a file names, for tests."""

from bot.manifests import found_in


def names(name: str, text: str, **more: str) -> list[str]:
    """Their names, in the file's order. Raises MalformedError."""
    return [one.name for one in found_in(name, text, **more)]
