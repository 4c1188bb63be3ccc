"""Something to paste, and the kind of file that it is pasted into."""

from enum import StrEnum

from msgspec import Struct


class System(StrEnum):
    """Where the line is that has to be changed."""

    GITHUB = "GitHub Actions"
    GITLAB = "GitLab CI"
    BAKE = "bake file"
    COMPOSE = "compose file"
    CLI = "command line"


class Snippet(Struct, frozen=True):
    """Text to paste. `language` names its syntax for highlighting: yaml, sh, hcl, dockerfile."""

    text: str
    language: str
