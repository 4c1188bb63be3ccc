"""Runs the benches: all of them, or those that are named; each in a process of its own."""

import subprocess
import sys
from typing import Final

from bench.saying import say

BENCHES: Final = {
    "batch": "many images in one call, beside buildx's and crane's requests and skopeo",
    "board": "what a page of the board costs with no, 20 and 2,000 rows",
    "cold": "one check in a new process, beside the floor and the requests of buildx and crane",
    "door": "how many webhook deliveries a web process takes in a second, beside a bare aiohttp program with one SET",
    "idle": "how much memory an idle bot takes",
    "lint": "many workflows, beside libyaml alone and zizmor",
    "people": "how long a visitor's check waits behind 1,000 pushes",
    "publishing": "what it costs to publish an image where there is no Slack",
    "releases": "what a check, a page and a poll ask of the store with 10, 1,000 and 100,000 images remembered",
    "requests": "what checks and audits ask of a registry, by kind of request",
    "sbom": "reading SBOMs of 20 and 100 MB, beside json and ijson",
    "spent": "where the processor time of an image in a worker goes",
    "starting": "where the processor time of one check in a new process goes",
    "store": "how much the store holds of an image, by kind of key",
    "worker": "how many images a worker checks and remembers in a second",
    "workers": "how 1, 2 and 4 workers on one store add up",
    "workspaces": "what each of several Slack workspaces costs while nothing happens",
}


def main(names: list[str]) -> int:
    """The number of benches that failed."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        say(f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
        return 2
    failed = 0
    for name in names or BENCHES:
        say(f"\n== {name}: {BENCHES[name]}")
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
