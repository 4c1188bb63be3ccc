"""Writes the commit into what is built, so that an installed program can say what it is made from."""

import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "bot/commit.txt"
"""bot/version.py reads it."""


class CommitHook(BuildHookInterface[Any]):
    """Adds the file to wheels and source distributions; an editable installation asks git when it runs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before each build."""
        if version == "editable" or Path(self.root, NAME).is_file():
            return  # the second is a build from a source distribution, which has the file already
        if not Path(self.root, ".git").exists():
            return  # git would answer for whatever repository stands around it
        words = ["git", "-C", self.root, "rev-parse", "HEAD"]
        try:
            found = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
        except (OSError, subprocess.CalledProcessError):
            return  # an archive of the sources, or a machine without git: the version alone is what is known
        else:
            path = Path(mkdtemp()) / "commit.txt"
            path.write_text(found.stdout)
            build_data["force_include"][str(path)] = NAME
