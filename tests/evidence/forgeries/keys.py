"""Keys of the index that stand there twice, or in another case."""

from tests.evidence.forgeries.table import ARM, FOREIGN, UNKNOWN, honest, written
from tests.evidence.forging import Forger, Forgery, Json, Made, Pairs, pairs
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST

TRICKS: dict[str, Forgery] = {}


def _both(first: str, second: str, *, evil_first: bool = False) -> Json:
    def write(children: list[Json], evil: Made) -> Pairs:
        lists = [children, [evil.on("linux", "amd64")]]
        one, two = reversed(lists) if evil_first else lists
        return pairs(("schemaVersion", 2), ("mediaType", OCI_INDEX), (first, one), (second, two))

    return write


TRICKS["manifests_capital"] = written(_both("manifests", "Manifests"))
TRICKS["manifests_upper"] = written(_both("manifests", "MANIFESTS"))
TRICKS["manifests_long_s"] = written(_both("manifests", "manife\u017fts"))
TRICKS["manifests_long_s_escaped"] = written(_both("manifests", "manife\\u017fts"))
TRICKS["manifests_twice"] = written(_both("manifests", "manifests"))
TRICKS["manifests_twice_evil_first"] = written(_both("manifests", "manifests", evil_first=True))
TRICKS["manifests_escaped"] = written(_both("manifests", "manifest\\u0073"))
TRICKS["capital_before"] = written(_both("Manifests", "manifests", evil_first=True))
TRICKS["manifests_null_and_capital"] = written(
    lambda c, e: pairs(
        ("schemaVersion", 2), ("mediaType", OCI_INDEX), ("manifests", None), ("Manifests", [*c, e.child])
    ),
)
TRICKS["media_type_twice"] = written(
    lambda c, e: pairs(
        ("schemaVersion", 2),
        ("mediaType", OCI_MANIFEST),
        ("mediaType", OCI_INDEX),
        ("manifests", [*c, e.noted(type=FOREIGN)]),
    ),
)
TRICKS["media_type_capital"] = written(
    lambda c, _: pairs(("schemaVersion", 2), ("mediaType", OCI_INDEX), ("MediaType", OCI_INDEX), ("manifests", c)),
)


def _child(*more: tuple[str, str]) -> Forgery:
    """A trick in the keys of the good child, which others read as the evil one."""

    def write(children: list[Json], evil: Made) -> Json:
        good = children[0]
        filled = [(key, evil.child[value]) for key, value in more]
        child = Pairs((*good.items(), *filled))
        return {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [child, *children[1:]]}

    return written(write)


TRICKS["digest_capital"] = _child(("Digest", "digest"), ("Size", "size"))
TRICKS["digest_twice"] = _child(("digest", "digest"), ("size", "size"))
TRICKS["digest_long_s"] = _child(("dige\u017ft", "digest"), ("size", "size"))


def digest_twice_evil_first(forger: Forger) -> Made:
    _, children = honest(forger)
    evil = forger.evil()
    child = Pairs((("digest", evil.digest), ("size", evil.child["size"]), *children[0].items()))
    return forger.manifest({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [child, children[1]]}, OCI_INDEX)


def _platforms(*platforms: tuple[str, Json]) -> Forgery:
    """The evil child under platforms that stand there several times."""

    def write(children: list[Json], evil: Made) -> Json:
        child = Pairs((*evil.noted(type=FOREIGN).items(), *platforms))
        return {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [*children, child]}

    return written(write)


TRICKS["platform_capital"] = _platforms(("platform", UNKNOWN), ("Platform", ARM))
TRICKS["platform_twice"] = _platforms(("platform", UNKNOWN), ("platform", ARM))
TRICKS["system_upper"] = _platforms(
    ("platform", pairs(("os", "unknown"), ("architecture", "unknown"), ("OS", "linux"), ("Architecture", "arm64"))),
)
TRICKS["architecture_twice"] = _platforms(
    ("platform", pairs(("os", "linux"), ("architecture", "unknown"), ("architecture", "arm64")))
)


TRICKS |= {make.__name__: make for make in (digest_twice_evil_first,)}
