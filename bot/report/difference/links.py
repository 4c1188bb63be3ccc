"""Where a code host shows the commits between two revisions: our own template, with parts that passed a pattern.

Source and revisions are claims of a statement that anybody may have written. So only known hosts get a link.
"""

import re
from typing import Final
from urllib.parse import quote

GITHUB: Final = "https://github.com"

_TEMPLATES: Final = {
    GITHUB: "{base}/compare/{before}...{after}",
    "https://gitlab.com": "{base}/-/compare/{before}...{after}",
    "https://codeberg.org": "{base}/compare/{before}...{after}",
    "https://gitea.com": "{base}/compare/{before}...{after}",
}
"""The pages of each host: docs.github.com "Comparing commits", docs.gitlab.com "Compare revisions", Gitea's router."""

_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
_PART: Final = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", re.ASCII)
_PARTS: Final = range(2, 9)
"""Parts of a repository's path: owner and name, and GitLab's groups between them."""


def compare_link(source: str, before: str, after: str, *, server: str = GITHUB) -> str:
    """The page for two commits of the repository `source`, "" when there is none.

    `server` is the web address of the operator's own GitHub.
    """
    commits = tuple(commit.removesuffix("-dirty") for commit in (before, after))
    if commits[0] == commits[1] or not all(map(_COMMIT.fullmatch, commits)):
        return ""
    for host, template in (_TEMPLATES | {server.rstrip("/"): _TEMPLATES[GITHUB]}).items():
        parts = source.removeprefix(f"{host}/").split("/")
        if source.startswith(f"{host}/") and len(parts) in _PARTS and all(map(_PART.fullmatch, parts)):
            base = "/".join([host, *map(quote, parts)])
            return template.format(base=base, before=commits[0], after=commits[1])
    return ""
