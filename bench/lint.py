"""What `provenance lint` costs for many workflows, beside libyaml alone and zizmor: `python -m bench.lint [FOLDER]`.

Without a FOLDER, which is made of folders of repositories, the workflows are those of this repository and of the shared
data, copied into 40 repositories. The floor is a program that only reads the same files and parses them with libyaml.
"""

import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench.programs import in_turn
from bench.saying import say

COPIES: Final = 40
RUNS: Final = 3
ZIZMOR: Final = Path(".tools-bench/bin/zizmor")
SOURCES: Final = (Path(".github/workflows"), Path("../shared/data/microcks/workflows"))

FLOOR: Final = """
import sys, yaml
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        for _ in yaml.parse(file.read(), Loader=yaml.CSafeLoader):
            pass
"""
LINT: Final = """
import sys
from pathlib import Path
from bot.cli import garbage
garbage.starting()
from bot.workflows.project import Project
for folder in sys.argv[1:]:
    list(Project(Path.cwd()).lint([Path(folder)]))
"""
_RUN: Final = re.compile(r"(run: [|>]-?\n)( +)")
START: Final = (
    "import bot.workflows.project, bot.workflows.diff; from bot.workflows.rules import catalogue; catalogue()"
)


def made(root: Path) -> None:
    """Folders of repositories, each with all workflows that are at hand; no copy has a script of another one."""
    found = [path for source in SOURCES if source.is_dir() for path in sorted(source.rglob("*.y*ml"))]
    for copy in range(COPIES):
        folder = root / f"repository-{copy}" / ".github" / "workflows"
        folder.mkdir(parents=True)
        for at, path in enumerate(found):
            text = _RUN.sub(rf"\1\2: copy {copy}\n\2", path.read_text(encoding="utf-8"))
            (folder / f"{at}-{path.name}").write_text(text, encoding="utf-8")


def measure(root: Path) -> None:
    folders = [str(one) for one in sorted(root.iterdir()) if (one / ".github").is_dir()]
    files = [path for folder in folders for path in sorted(Path(folder, ".github").rglob("*.y*ml"))]
    lines = sum(path.read_text(encoding="utf-8").count("\n") for path in files)
    programs: dict[str, list[str]] = {
        "lint": [sys.executable, "-c", LINT, *(f"{one}/.github" for one in folders)],
        "start of lint": [sys.executable, "-c", START],
        "libyaml alone": [sys.executable, "-c", FLOOR, *map(str, files)],
    }
    if ZIZMOR.exists():
        programs["zizmor"] = [str(ZIZMOR), "--offline", "--no-exit-codes", "--quiet", "--no-progress", *folders]
    costs = in_turn(RUNS, programs)
    floor = costs["libyaml alone"].cpu
    say(f"{len(files)} files, {lines} lines")
    for name, cost in costs.items():
        per_line = cost.cpu / lines * 1e6
        say(f"{name:14} {cost.cpu:6.2f} s of CPU, {per_line:5.0f} us a line, {cost.cpu / floor:5.1f} times libyaml")


def main(arguments: list[str]) -> None:
    if arguments:
        measure(Path(arguments[0]))
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        made(Path(folder))
        measure(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
