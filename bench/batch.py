"""Many images: 100 in one call at +50 ms a request, and 200 in one call without delay, by processor time.

Each is another build. Then 200 names of 25 builds: a release has several tags, and copies in other registries.

Beside it in the same run: the requests of buildx and of crane, 8 images at a time, in a plain aiohttp program, and
skopeo (a run for each image, 8 at a time; it sees one platform and no attestation).
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which
from typing import Final

from bench.cold import FAILED, peer
from bench.programs import Cost, run
from bench.registry import image, running_registry
from bench.saying import say

DISTANT: Final = (100, 0.05)
LOCAL: Final = (200, 0.0)
NAMES_OF_ONE: Final = 8
"""A version of an image has some four tags in two registries."""

SKOPEO_AT_ONCE: Final = 8


def ours(names: list[str]) -> Cost:
    program = str(Path(sys.executable).parent / "provenance")
    return run([program, "check", "--format", "json", *names], codes=(0, FAILED))


def skopeo(names: list[str]) -> Cost:
    """Its own runs; the processor time is the sum of all."""

    def inspect(name: str) -> Cost:
        return run(["skopeo", "inspect", "--tls-verify=false", f"docker://{name}"])

    start = time.perf_counter()
    with ThreadPoolExecutor(SKOPEO_AT_ONCE) as pool:
        costs = list(pool.map(inspect, names))
    return Cost(time.perf_counter() - start, sum(cost.cpu for cost in costs))


def line(what: str, cost: Cost, count: int) -> None:
    say(f"  {what:22} {count / cost.wall:5.1f} images/s, {count / cost.cpu:5.1f} images per CPU second")


def distant() -> None:
    count, delay = DISTANT
    with running_registry(count, delay) as host:
        names = [image(host, number) for number in range(count)]
        line("provenance check", ours(names), count)
        for which_peer in ("buildx", "crane"):
            done = subprocess.run(
                [sys.executable, "-m", "bench.peers", which_peer, *names], check=True, capture_output=True, text=True
            )
            say(f"  requests as {which_peer:10} {count / float(done.stdout):5.1f} images/s, 8 at a time")


def local() -> None:
    count, delay = LOCAL
    with running_registry(count, delay) as host:
        names = [image(host, number) for number in range(count)]
        line("provenance check", ours(names), count)
        line("floor (aiohttp)", run(peer("floor", *names)), count)
        if which("skopeo"):
            line("skopeo inspect", skopeo(names), count)


def shared() -> None:
    count, delay = LOCAL
    with running_registry(count, delay, count // NAMES_OF_ONE) as host:
        line("provenance check", ours([image(host, number) for number in range(count)]), count)


def main() -> None:
    say("100 images in one call, +50 ms a request")
    distant()
    say("200 images in one call, no delay")
    local()
    say("200 names of 25 images in one call, no delay")
    shared()


if __name__ == "__main__":
    main()
