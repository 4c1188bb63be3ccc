"""Configurations of platforms that have all attestations: some runtimes take another command from them than others."""

from tests.evidence.building import IMAGE_CONFIG, IMAGE_LAYER
from tests.evidence.forging import Forger, Forgery, Json, Made, Pairs, archive, encode, pairs
from tests.registry_shelf import OCI_MANIFEST

TRICKS: dict[str, Forgery] = {}

GOOD = {"Cmd": ["/bin/good"]}
EVIL = {"Cmd": ["/bin/evil"]}
ROOT = {"type": "layers", "diff_ids": []}


def _configured(*more: tuple[str, Json]) -> Forgery:
    """The good image, with these keys at the end of its configuration."""

    def forgery(forger: Forger) -> Made:
        usual = [("os", "linux"), ("architecture", "amd64"), ("config", GOOD), ("rootfs", ROOT)]
        return _attested(forger, pairs(*usual, *more))

    return forgery


def _running(*more: tuple[str, Json]) -> Forgery:
    """The good image, with these keys beside the command that it runs."""

    def forgery(forger: Forger) -> Made:
        runtime = pairs(*GOOD.items(), *more)
        return _attested(forger, pairs(("os", "linux"), ("architecture", "amd64"), ("config", runtime)))

    return forgery


def _attested(forger: Forger, config: Pairs) -> Made:
    layers = [forger.blob(archive("good"), IMAGE_LAYER)]
    parts = (("mediaType", OCI_MANIFEST), ("config", forger.blob(encode(config), IMAGE_CONFIG)), ("layers", layers))
    made = forger.manifest(pairs(("schemaVersion", 2), *parts), who="good")
    return forger.index(made.on("linux", "amd64"), forger.attestation(made))


TRICKS |= {
    "config_capital": _configured(("Config", EVIL)),
    "config_twice": _configured(("config", EVIL)),
    "config_os_capital": _configured(("OS", "windows")),
    "config_root_long_s": _configured(("rootf\u017f", {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]})),
    "config_command_lower": _running(("cmd", ["/bin/evil"])),
    "config_command_twice": _running(("Cmd", ["/bin/evil"])),
    "config_user_twice_in_two_cases": _running(("User", "nobody"), ("user", "root")),
    "config_entrypoint_upper": _running(("ENTRYPOINT", ["/bin/evil"])),
    "config_health_check_twice": _running(("Healthcheck", {"Test": ["NONE"]}), ("healthcheck", {"Test": ["CMD", "x"]})),
}
