"""What is pushed in a chaos run, and what must be in Slack afterwards. Everything follows from the seed."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

SEED_VERSION: Final = "0.9.0"
"""Is there before anything is announced, so that the first look at a repository finds something."""

PARTS: Final = ("app", "cli")
"""Repositories of one project. `app` fails for want of provenance, `cli` is asked for nothing that it lacks."""


class Pushed(Struct, frozen=True):
    """One push: which registry, which repository, which version. `is_lost`: no webhook announces it."""

    registry: int
    repository: str
    version: str
    is_lost: bool = False
    is_doubled: bool = False


class Plan(Struct, frozen=True):
    """How much, and how bad. `parts` x `registries` images a release; `kills` are shared among all processes."""

    projects: int
    versions: int
    kills: int
    parts: int = 2
    registries: int = 2
    faults: bool = False
    pause: float = 0.1  # seconds between two pushes, on average
    lost: float = 0.05
    doubled: float = 0.1
    seed: int = 8

    @property
    def releases(self) -> list[tuple[str, str]]:
        """Project and version of each."""
        return [(f"p{one:02}", f"1.{two}.0") for one in range(self.projects) for two in range(self.versions)]

    @property
    def repositories(self) -> list[str]:
        return [f"demo/p{one:02}-{part}" for one in range(self.projects) for part in PARTS[: self.parts]]

    def pushes(self) -> list[Pushed]:
        """In the order of their pushes: version after version, the projects' mixed, neighbours out of order."""
        chance = random.Random(self.seed)  # noqa: S311 - no secret
        made = [
            (two + 1.5 * chance.random(), one, Pushed(registry, f"demo/p{one:02}-{part}", f"1.{two}.0"))
            for two in range(self.versions)
            for one in range(self.projects)
            for part in PARTS[: self.parts]
            for registry in range(self.registries)
        ]
        return [self._spoiled(push, chance) for _, _, push in sorted(made, key=_place)]

    def _spoiled(self, push: Pushed, chance: random.Random) -> Pushed:
        """Some deliveries are lost, some are sent twice."""
        is_lost, is_doubled = chance.random() < self.lost, chance.random() < self.doubled
        return Pushed(push.registry, push.repository, push.version, is_lost, is_doubled and not is_lost)

    def channel(self, project: str) -> str:
        return f"C0{project.upper()}"

    def policy(self, file: Path, hosts: tuple[str, ...]) -> Path:
        """Each project is a group with a channel of its own: Slack takes one message a second in each."""
        entries = list(self._entries(hosts))
        file.write_text(json.dumps({"images": entries}))  # JSON is YAML
        return file

    def _entries(self, hosts: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        for one in range(self.projects):
            project = f"p{one:02}"
            for part in PARTS[: self.parts]:
                yield {
                    "match": [f"{host}/demo/{project}-{part}" for host in hosts],
                    "group": project,
                    "channel": self.channel(project),
                    "require": ["tag-moved", *(["provenance-missing"] if part == "app" else [])],
                    "settle": "5s",
                    "complete": "1h",
                }


def _place(made: tuple[float, int, Pushed]) -> float:
    return made[0]
