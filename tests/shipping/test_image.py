"""The image, built by buildah and run as deploy/compose.yaml runs it: another user, a read-only root, no shell."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.version import own_version
from tests.conftest import ROOT
from tests.real_parts import free_port
from tests.shipping.wheels import run

pytestmark = pytest.mark.shipped

NAME = "localhost/provenance-bot:test"
WAIT = 60.0
"""Seconds that a clean stop may take."""

INSIDE = """
set -eu
root="$1"; shift
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o uid=65532,gid=65532,mode=0700 tmpfs "$root/data"
mount --bind -o ro "$FIXTURES" "$root/mnt"
mount --bind /dev/null "$root/usr/bin/dash"
exec env -i $ENVIRONMENT PORT="$PORT" PROVENANCE_HOST=127.0.0.1 /usr/sbin/chroot --userspec 65532:65532 "$root" "$@"
"""
"""A container without a container's runtime: a mount namespace and a root folder. /bin/sh is gone."""


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """The image's root folder."""
    run("make", "-s", "image", f"IMAGE={NAME}", at=ROOT)
    container = buildah("from", NAME).strip()
    try:
        yield Path(buildah("mount", container).strip())
    finally:
        buildah("umount", container)
        buildah("rm", container)


def buildah(*words: str) -> str:
    """What it says, with the storage that deploy/make-image.sh uses."""
    return run("buildah", *words, at=ROOT, STORAGE_DRIVER="vfs", BUILDAH_ISOLATION="chroot").out


def inside(root: Path, *words: str, port: int = 0) -> list[str]:
    """The command line that runs these words in the image."""
    fixtures = ROOT / "tests" / "fixtures" / "images"
    return [
        *(
            "env",
            f"FIXTURES={fixtures}",
            f"PORT={port}",
            f"ENVIRONMENT={' '.join(config(NAME)['Env'])}",
            "unshare",
            "--mount",
            "sh",
            "-c",
            INSIDE,
            "sh",
        ),
        *(str(root), *words),
    ]


def config(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", name))["Docker"]["config"]
    return found


def test_the_command_works_in_it(root: Path) -> None:
    commit = run("git", "rev-parse", "HEAD", at=ROOT).out[:12]
    program = "provenance"  # by its name, as a job of GitLab calls it
    assert run(*inside(root, program, "--version"), at=ROOT).out == f"provenance-bot {own_version()} ({commit})\n"
    said = run(*inside(root, program, "check", "--format", "json", "oci:/mnt/sig-bundle-gh"), at=ROOT, code=1).out
    assert json.loads(said)["verdict"] == "fail"


def test_it_is_not_root_and_cannot_write(root: Path) -> None:
    assert config(NAME)["User"] == "65532:65532"
    tried = "import os, sys; sys.exit(os.access('/', os.W_OK) or os.access('/app', os.W_OK) or os.getuid() == 0)"
    run(*inside(root, "/app/bin/python", "-c", tried), at=ROOT)
    assert not any((root / "app" / "bin").glob("pip*"))


def test_it_serves_and_its_health_check_says_so(root: Path) -> None:
    port = free_port()
    check = config(NAME)["Healthcheck"]["Test"]
    assert check[0] == "CMD"
    run(*inside(root, *check[1:], port=port), at=ROOT, code=1)
    words = inside(root, *config(NAME)["Entrypoint"], "serve", "--with-worker", port=port)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:  # noqa: S603
        try:
            _wait_until_it_listens(process)
            run(*inside(root, *check[1:], port=port), at=ROOT)
        finally:
            process.terminate()
            process.communicate(timeout=WAIT)
        assert process.returncode == 0


def _wait_until_it_listens(process: "subprocess.Popen[bytes]") -> None:
    for line in process.stdout or ():
        sys.stdout.write(line.decode(errors="replace"))
        if b'"event": "serving"' in line:
            return
    raise AssertionError("it ended")
