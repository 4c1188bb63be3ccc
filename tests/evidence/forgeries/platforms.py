"""Manifests of platforms that have all attestations, and that two readers read in two ways."""

from tests.evidence.building import IMAGE_LAYER
from tests.evidence.forging import Forger, Forgery, Json, Made, archive, pairs
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST

TRICKS: dict[str, Forgery] = {}


def _platform(*, config: str = "config", layers: str = "layers", evil_first: bool = False) -> Forgery:
    """A manifest with the good image under the usual keys, and the evil one beside it under these keys."""

    def forgery(forger: Forger) -> Made:
        good = [("config", _config(forger, "good")), ("layers", _layers(forger, "good"))]
        evil = [(config, _config(forger, "evil")), (layers, _layers(forger, "evil"))]
        parts = [*evil, *good] if evil_first else [*good, *evil]
        return _attested(forger, ("mediaType", OCI_MANIFEST), *parts)

    return forgery


def _beside(key: str, value: Json) -> Forgery:
    """The good image's manifest with one key more."""

    def forgery(forger: Forger) -> Made:
        own = (("config", _config(forger, "good")), ("layers", _layers(forger, "good")))
        return _attested(forger, ("mediaType", OCI_MANIFEST), *own, (key, value))

    return forgery


def _attested(forger: Forger, *items: tuple[str, Json]) -> Made:
    made = forger.manifest(pairs(("schemaVersion", 2), *items), who="good")
    return forger.index(made.on("linux", "amd64"), forger.attestation(made))


def _config(forger: Forger, who: str) -> Json:
    return forger.config(who, layer=archive(who))


def _layers(forger: Forger, who: str) -> Json:
    return [forger.blob(archive(who), IMAGE_LAYER)]


TRICKS |= {
    "platform_layers_and_config_capital": _platform(config="Config", layers="Layers"),
    "platform_layers_and_config_upper": _platform(config="CONFIG", layers="LAYERS"),
    "platform_layers_long_s": _platform(config="Config", layers="layer\u017f"),
    "platform_layers_long_s_escaped": _platform(config="Config", layers="layer\\u017f"),
    "platform_layers_and_config_twice": _platform(),
    "platform_layers_and_config_twice_evil_first": _platform(evil_first=True),
    "platform_capitals_first": _platform(config="Config", layers="Layers", evil_first=True),
    "platform_that_is_an_index_too": _beside("manifests", []),
    "platform_media_type_capital": _beside("MediaType", OCI_INDEX),
    "platform_media_type_twice": _beside("mediaType", OCI_INDEX),
    "platform_of_schema_1_too": _beside("fsLayers", []),
}


def platform_config_digest_capital(forger: Forger) -> Made:
    """Two readings one level deeper, in the descriptor of the configuration."""
    config, evil = _config(forger, "good"), _config(forger, "evil")
    both = pairs(*config.items(), ("Digest", evil["digest"]), ("Size", evil["size"]))
    return _attested(forger, ("mediaType", OCI_MANIFEST), ("config", both), ("layers", _layers(forger, "good")))


TRICKS[platform_config_digest_capital.__name__] = platform_config_digest_capital
