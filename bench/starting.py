"""Where the processor time of one cold `provenance check` goes: imports by whose they are, and the rest.

Each program runs some times; the table shows the smallest of each number, which is the least disturbed. What a module
costs is its own code alone, without the modules that it imports, and without finding and reading its file. What Python
does after the last line of the program is not in it.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench.programs import environment
from bench.registry import image, running_registry, signed_image
from bench.saying import say

RUNS: Final = 5
FAILED: Final = 1  # as in bench/cold.py

SPY: Final = """
import dataclasses, json, socket, sys, threading, time
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
clock, own, spent, count = time.thread_time, threading.local(), {}, {}  # a signature is judged in a thread
send, first = socket.socket.send, []

def sent(*words):
    first.extend([] if first else [time.process_time(), len(sys.modules)])
    return send(*words)

socket.socket.send = sent

def timed(name_of, function):
    def call(*args, **named):
        start, stack = clock(), vars(own).setdefault("stack", [])
        stack.append(0.0)
        try:
            return function(*args, **named)
        finally:
            whole, inside = clock() - start, stack.pop()
            if stack:
                stack[-1] += whole
            name = name_of(*args)
            spent[name] = spent.get(name, 0.0) + whole - inside
            count[name] = count.get(name, 0) + 1
    return call

def module(_, one):
    return getattr(one, "__name__", None) or one.name

SourceFileLoader.exec_module = timed(module, SourceFileLoader.exec_module)
SourceFileLoader.get_code = timed(lambda *_: "(code)", SourceFileLoader.get_code)
ExtensionFileLoader.create_module = timed(module, ExtensionFileLoader.create_module)
ExtensionFileLoader.exec_module = timed(module, ExtensionFileLoader.exec_module)
dataclasses._process_class = timed(lambda *_: "(dataclasses)", dataclasses._process_class)
from bot.__main__ import main
try:
    main(sys.argv[1:])
finally:
    spent["(all)"] = time.process_time()
    sys.stderr.write(json.dumps([spent, count, first]))
"""

GROUPS: Final = {
    "(dataclasses)": "making dataclasses",
    "(code)": "reading compiled modules",
    "bot": "our modules",
    "provenance_bot": "our modules",
    "pydantic": "pydantic",
    "pydantic_core": "pydantic",
    "annotated_types": "pydantic",
    "typing_extensions": "pydantic",
    "typing_inspection": "pydantic",
    "aiohttp": "aiohttp",
    "attr": "aiohttp",
    "yarl": "aiohttp",
    "multidict": "aiohttp",
    "frozenlist": "aiohttp",
    "propcache": "aiohttp",
    "aiosignal": "aiohttp",
    "aiohappyeyeballs": "aiohttp",
    "cryptography": "cryptography",
}
REST: Final = "finding modules, and the check itself"


def group(name: str) -> str:
    return GROUPS.get(name.partition(".")[0], "the standard library and others")


class Start(Struct, frozen=True):
    """Seconds by group; how many modules in Python; seconds and modules of all kinds when the first byte was sent."""

    spent: dict[str, float]
    modules: int
    first: float
    first_modules: int


def measured(name: str) -> Start:
    command = [sys.executable, "-c", SPY, "check", "--format", "json", name]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment(), cwd=Path(__file__).parents[1]
    )
    assert done.returncode in (0, FAILED), done.stderr
    spent, count, first = json.loads(done.stderr)
    whole, by_group = spent.pop("(all)"), Counter[str]()
    for module, seconds in spent.items():
        by_group[group(module)] += seconds
    by_group[REST] = whole - sum(spent.values())
    by_group["all"] = whole
    return Start(dict(by_group), count["(code)"], *first)


def show(what: str, name: str) -> None:
    runs = [measured(name) for _ in range(RUNS)]
    early = min(runs, key=lambda run: run.first)
    say(f"{what}: {runs[0].modules} modules in Python")
    say(f"  the first request after {early.first * 1000:.0f} ms, with {early.first_modules} modules of all kinds")
    best = {one: min(run.spent.get(one, 0.0) for run in runs) for one in runs[0].spent}
    for one, seconds in sorted(best.items(), key=lambda item: -item[1]):
        say(f"  {seconds * 1000:5.0f} ms  {one}")


def main() -> None:
    with running_registry(1, 0.0) as host:
        show("not signed", image(host, 0))
        if signed := signed_image(host):
            show("signed by key", signed)


if __name__ == "__main__":
    main()
