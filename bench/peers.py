"""The requests of other tools, made by a plain aiohttp program: `python -m bench.peers WHICH IMAGE…`.

buildx and crane cannot be installed from a registry of packages. So these programs ask for the same documents, in the
same order and as many at a time, and do nothing with them but decode the JSON that leads on. They say how long the
requests alone took: the time in which no tool that asks so can be faster.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from bench.saying import say

ACCEPT: Final = ", ".join(
    f"application/vnd.{kind}"
    for kind in (
        "oci.image.index.v1+json",
        "oci.image.manifest.v1+json",
        "docker.distribution.manifest.list.v2+json",
        "docker.distribution.manifest.v2+json",
    )
)
AT_ONCE: Final = 8
"""Images at once where many are named."""


@dataclass(frozen=True, slots=True)
class Image:
    """Where to ask, and for what."""

    session: aiohttp.ClientSession
    repository: str  # its URL
    tag: str

    async def manifest(self, target: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads(await self._read("GET", f"{self.repository}/manifests/{target}"))

    async def head(self, target: str) -> None:
        await self._read("HEAD", f"{self.repository}/manifests/{target}")

    async def blob(self, digest: str) -> bytes:
        return await self._read("GET", f"{self.repository}/blobs/{digest}")

    async def _read(self, method: str, url: str) -> bytes:
        async with self.session.request(method, url, headers={"Accept": ACCEPT}) as response:
            response.raise_for_status()
            return await response.read()


async def floor(image: Image) -> None:
    """Index, attestation manifests, statements: 5 to 7 requests, 3 levels; nobody can do with less."""
    index = await image.manifest(image.tag)
    manifests = await asyncio.gather(*map(image.manifest, attestations(index)))
    blobs = [layer["digest"] for manifest in manifests for layer in manifest["layers"]]
    for data in await asyncio.gather(*map(image.blob, blobs)):
        json.loads(data)


async def buildx(image: Image) -> None:
    """`imagetools inspect` with a format, twice: for the provenance, and for the SBOM. 12 requests, 9 levels each."""
    for _ in range(2):
        await image.head(image.tag)
        index = await image.manifest(image.tag)
        await image.head(image.tag)
        await image.manifest(image.tag)
        platforms = [child["digest"] for child in index["manifests"] if child["platform"]["os"] != "unknown"]
        runnable = await asyncio.gather(*map(image.manifest, platforms))
        await asyncio.gather(*(image.blob(one["config"]["digest"]) for one in runnable))
        for digest in attestations(index)[:1]:
            manifest = await image.manifest(digest)
            await image.blob(manifest["layers"][0]["digest"])
        for digest in attestations(index)[1:]:
            manifest = await image.manifest(digest)
            await image.blob(manifest["layers"][-1]["digest"])


async def crane(image: Image) -> None:
    """`crane manifest` and `crane blob`, a run for each document: a HEAD or GET each, one after the other."""
    index = await image.manifest(image.tag)
    for digest in attestations(index):
        manifest = await image.manifest(digest)
        for layer in manifest["layers"]:
            await image.blob(layer["digest"])
        for _ in manifest["layers"]:
            await image.head(digest)


def attestations(index: dict[str, Any]) -> list[str]:
    return [child["digest"] for child in index["manifests"] if child.get("platform", {}).get("os") == "unknown"]


PEERS: Final[dict[str, Callable[[Image], Awaitable[None]]]] = {"floor": floor, "buildx": buildx, "crane": crane}


async def look(which: str, names: Sequence[str]) -> float:
    """Seconds for all of them, without the start of this program."""
    turns = asyncio.Semaphore(AT_ONCE)
    start = time.perf_counter()
    async with aiohttp.ClientSession() as session:

        async def one(name: str) -> None:
            host, _, rest = name.partition("/")
            repository, _, tag = rest.rpartition(":")
            async with turns:
                await PEERS[which](Image(session, f"http://{host}/v2/{repository}", tag))

        await asyncio.gather(*map(one, names))
    return time.perf_counter() - start


if __name__ == "__main__":
    say(f"{asyncio.run(look(sys.argv[1], sys.argv[2:])):.4f}")
