"""What reading a large SBOM statement costs, beside json and ijson: time, and memory besides the bytes themselves."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.saying import say

SIZES: Final = (20, 100)
"""Megabytes."""
RUNS: Final = 3
PEERS: Final = ".tools-bench"

MEASURED: Final = """
import sys, time
sys.path.insert(0, {peers!r})
{imports}
def peak():
    with open("/proc/self/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))
with open(sys.argv[1], "rb") as file:
    data = file.read()
before = peak()
start = time.process_time()
{work}
print(time.process_time() - start, (peak() - before) / 1000)
"""
ABOUT: Final = "sha256:" + "0" * 64
READERS: Final = {
    "ours": (
        "from bot.attestations.reading import StatementEvidence, read_statement",
        f"assert read_statement(data, {ABOUT!r}, StatementEvidence({ABOUT!r}, '', '')).sbom.packages",
    ),
    "json": ("import json", "json.loads(data)"),
    "ijson": ("import ijson", "for _ in ijson.basic_parse(data, buf_size=1 << 16): pass"),
}


def statement(megabytes: int) -> bytes:
    """SPDX as syft writes it for BuildKit: packages, three files for each, and what contains what."""
    packages, files, relationships = list[Any](), list[Any](), list[Any]()
    for at in range(megabytes * 530):
        id_ = f"SPDXRef-Package-deb-lib{at}-{at:016x}"
        purl = {"referenceType": "purl", "referenceLocator": f"pkg:deb/debian/lib{at}@1.{at}-1?distro=debian-12"}
        cpe = {"referenceType": "cpe23Type", "referenceLocator": f"cpe:2.3:a:lib{at}:lib{at}:1.{at}-1:*:*:*:*:*:*:*"}
        origin = "acquired package info from DPKG DB: /var/lib/dpkg/status"
        said = {"licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION", "downloadLocation": "NOASSERTION"}
        packages.append({"SPDXID": id_, "name": f"lib{at}", "versionInfo": f"1.{at}-1", "sourceInfo": origin, **said})
        packages[-1]["externalRefs"] = [{**ref, "referenceCategory": "PACKAGE-MANAGER"} for ref in (purl, cpe)]
        for part in range(3):
            file = f"SPDXRef-File-{at:012x}-{part}"
            sums = [{"algorithm": "SHA1", "checksumValue": f"{at:040x}"}]
            files.append({"SPDXID": file, "fileName": f"/usr/lib/lib{at}/{part}.so", "checksums": sums, **said})
            relationships.append({"spdxElementId": id_, "relatedSpdxElement": file, "relationshipType": "CONTAINS"})
    first = {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES"}
    relationships.append({**first, "relatedSpdxElement": packages[0]["SPDXID"]})
    head = {"spdxVersion": "SPDX-2.3", "name": "sbom", "creationInfo": {"creators": ["Tool: syft"], "created": "now"}}
    predicate = {**head, "packages": packages, "files": files, "relationships": relationships}
    subject = [{"name": "it", "digest": {"sha256": "0" * 64}}]
    types = {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://spdx.dev/Document"}
    return json.dumps({**types, "subject": subject, "predicate": predicate}).encode()


def cost(name: str, path: Path) -> tuple[float, float] | None:
    """Seconds of CPU and MB more than the bytes; None where the peer is not installed."""
    imports, work = READERS[name]
    program = MEASURED.format(imports=imports, work=work, peers=PEERS)
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    if "ModuleNotFoundError" in done.stderr:
        return None
    done.check_returncode()
    seconds, more = map(float, done.stdout.split())
    return seconds, more


def main() -> None:
    for megabytes in SIZES:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            path = Path(folder) / "statement.json"
            path.write_bytes(statement(megabytes))
            say(f"{path.stat().st_size / 1e6:.0f} MB")
            runs: dict[str, list[tuple[float, float]]] = {}
            for _ in range(RUNS):
                for name in READERS:
                    if found := cost(name, path):
                        runs.setdefault(name, []).append(found)
        for name, each in runs.items():
            seconds, more = median(one for one, _ in each), median(one for _, one in each)
            say(f"  {name:6} {seconds * 1000:6.0f} ms of CPU, {more:4.0f} MB more")


if __name__ == "__main__":
    main()
