"""A registry for the benches, in a process of its own: `python -m bench.registry REPOSITORIES DELAY [BUILDS]`.

Each repository demo/app-N holds the sample image under the tag 1.0.0, each another build of it, or in turn one of so
many BUILDS; demo/signed holds one that is signed by a key, if the
shared data is there. Every answer is DELAY seconds late. Its first line says where it listens; it ends with its
standard input.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiohttp import web
from msgspec import Struct

from bench.builds import fill
from bench.saying import say
from tests.conftest import SAMPLES, SHARED
from tests.fake_registry import FakeRegistry
from tests.registry_faults import Answer
from tests.registry_shelf import Repository, load_layout

SAMPLE: Final = "max-sbom_2p_dflt"
TAG: Final = "1.0.0"
SIGNED: Final = SHARED / "images" / "sig-key"


class Late(Struct, frozen=True):
    """The whole answer, some seconds later: what a distant registry costs each request."""

    seconds: float

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        await asyncio.sleep(self.seconds)
        return answer.response()


@contextmanager
def running_registry(repositories: int, delay: float, builds: int = 0) -> Iterator[str]:
    """Its host:port, for as long as the block lasts. `builds`: how many there are, 0 for one a repository."""
    command = [sys.executable, "-m", "bench.registry", str(repositories), str(delay), str(builds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def image(host: str, number: int) -> str:
    """The name of one of its images."""
    return f"{host}/demo/app-{number}:{TAG}"


def signed_image(host: str) -> str:
    """The name of its signed image, "" where there is none."""
    return f"{host}/demo/signed:v1" if SIGNED.is_dir() else ""


async def serve(repositories: int, delay: float, builds: int) -> None:
    async with FakeRegistry() as registry:
        sample = Repository()
        load_layout(SAMPLES / SAMPLE, sample, tag=TAG)
        for number in range(repositories):
            fill(registry.repository(f"demo/app-{number}"), sample, tag=TAG, build=number % (builds or repositories))
        if SIGNED.is_dir():
            registry.add_layout(SIGNED, "demo/signed", tag="v1")
        if delay:
            registry.fault("/", Late(delay))
        say(registry.host)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), int((*sys.argv, "0")[3])))
