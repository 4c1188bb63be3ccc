"""One `provenance check` in a new process: two platforms, mode=max and SBOM, at +0 and +50 ms a request.

Beside it in the same run: a plain aiohttp program that reads the same documents (the floor), and the requests of
buildx's two commands and of crane's chain. For the peers the time of their requests alone counts, for us all.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Final

from bench.programs import Cost, environment, in_turn
from bench.registry import image, running_registry, signed_image
from bench.saying import say

RUNS: Final = 5
PEER_RUNS: Final = 3
DELAY: Final = 0.05
FAILED: Final = 1  # an unsigned sample fails a rule or two; that is no error of the program


def check_command(name: str) -> list[str]:
    return [str(Path(sys.executable).parent / "provenance"), "check", "--format", "json", name]


def peer(which: str, *names: str) -> list[str]:
    return [sys.executable, "-m", "bench.peers", which, *names]


def requests_alone(which: str, name: str) -> float:
    """Seconds of a peer's requests: the median of some runs."""
    return median(
        float(subprocess.run(peer(which, name), check=True, capture_output=True, text=True).stdout)
        for _ in range(PEER_RUNS)
    )


def told(name: str) -> str:
    """What our own report says of its requests."""
    done = subprocess.run(check_command(name), check=False, capture_output=True, text=True, env=environment())
    requests = json.loads(done.stdout)["requests"]
    searched = requests["signatures"]["total"]
    return f"{requests['total']} requests ({searched} for signatures), depth {requests['round_trips']}"


def compare(host: str, delay: float) -> None:
    name = image(host, 0)
    commands = {"provenance check": check_command(name), "floor (aiohttp)": peer("floor", name)}
    if signed := signed_image(host):
        commands["provenance check, signed by key"] = check_command(signed)
    costs = in_turn(RUNS, commands, codes=(0, FAILED))
    for which, cost in costs.items():
        say(f"  {which:34} {line(cost)}")
    own, floor = costs["provenance check"], costs["floor (aiohttp)"]
    say(f"  ratio to the floor: {own.wall / floor.wall:.2f} wall, {own.cpu / floor.cpu:.2f} CPU")
    say(f"  asked: {told(name)}")
    if signed:
        say(f"  asked, signed: {told(signed)}")
    if delay:
        for which in ("buildx", "crane"):
            alone = requests_alone(which, name)
            say(f"  requests as {which:6}, alone {alone * 1000:5.0f} ms; ours in all is {own.wall / alone:.2f} of it")


def line(cost: Cost) -> str:
    return f"{cost.wall * 1000:5.0f} ms, CPU {cost.cpu * 1000:4.0f} ms"


def main() -> None:
    for delay in (0.0, DELAY):
        with running_registry(1, delay) as host:
            say(f"+{delay * 1000:.0f} ms a request")
            compare(host, delay)


if __name__ == "__main__":
    main()
