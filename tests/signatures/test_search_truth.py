"""The signed images of the larger data: what their record says of them, from a layout and from a real registry."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.oci.layout import LayoutRegistry, parse_layout
from bot.oci.options import RegistryOptions
from bot.oci.reference import Reference
from bot.oci.registries import open_registries
from bot.signatures.finder import SignatureFinder
from bot.signatures.keys import NamedKey, read_pem
from bot.signatures.options import RootOptions
from bot.signatures.roots.load import trusted_roots
from bot.signatures.roots.root import Trust, read_root
from bot.signatures.signature import Signature
from tests.conftest import ROOT, SAMPLES
from tests.real_parts import DockerRegistry, running_registry
from tests.signatures.test_corpus import notation_certificate

WORKFLOW = "https://github.com/example/demo-app/.github/workflows/release.yml@refs/tags/v1.2.3"
TRUTH = {
    "sig-key": ("cosign-tag", "valid", "cosign.pub", ""),
    "sig-keyless": ("cosign-tag", "valid", WORKFLOW, ""),
    "sig-att-keyless": ("cosign-tag", "unverifiable", "", "https://spdx.dev/Document"),
    "sig-bundle-gh": ("bundle", "valid", WORKFLOW, "https://slsa.dev/provenance/v1"),
    "sig-bundle-wrongsubject": ("bundle", "invalid", "", "https://slsa.dev/provenance/v1"),
    "sig-unsigned": None,
}
"""LayoutRegistry, verdict, who signed, predicate type."""


@pytest.fixture(scope="module")
def images(shared_data: Path) -> Path:
    return shared_data / "images"


@pytest.fixture(scope="module")
def trust(images: Path) -> Trust:
    root = read_root((images / "keys/trusted_root.json").read_bytes(), name="samples")
    return Trust((root,), (NamedKey("cosign.pub", read_pem((images / "keys/cosign.pub").read_bytes())),))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerRegistry]:
    with running_registry(tmp_path_factory.mktemp("docker-registry")) as registry:
        yield registry


def told(signature: Signature) -> tuple[str, str, str, str]:
    who = signature.identity or signature.key_name
    return signature.layout, signature.state, who, signature.predicate_type


def agrees(evidence: Evidence, name: str) -> None:
    truth = TRUTH[name]
    assert [told(signature) for signature in evidence.signatures] == ([] if truth is None else [truth])
    assert evidence.signatures_unreadable == ()


@pytest.mark.parametrize("name", TRUTH)
async def test_from_a_layout(images: Path, trust: Trust, name: str) -> None:
    reference = parse_layout(f"oci:{images / name}:v1")
    agrees(await gather(reference, LayoutRegistry(images / name), search=SignatureFinder(lambda: trust)), name)


@pytest.mark.real
@pytest.mark.parametrize("name", TRUTH)
async def test_from_a_docker_registry(shelf: DockerRegistry, images: Path, trust: Trust, name: str) -> None:
    """It has no referrers API: bundles are found through the fallback tag."""
    shelf.place_layout(images / name, f"demo/{name}")
    options = RegistryOptions(insecure_hosts=(shelf.host,), private_hosts=(shelf.host,))
    async with open_registries(options) as registry:
        reference = Reference.parse(f"{shelf.host}/demo/{name}:v1")
        agrees(await gather(reference, registry, search=SignatureFinder(lambda: trust)), name)


GENERATOR = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml"


@pytest.mark.parametrize("version", ["v1.4.0", "v1.6.0", "v1.9.0", "v2.0.0"])
async def test_public_images_of_the_slsa_generator(shared_data: Path, version: str) -> None:
    """Sigstore's public root is enough; the statement counts as provenance, too."""
    folder = shared_data / "corpus" / "oci-layouts" / f"slsa-generator-{version}"
    public = Trust(trusted_roots(RootOptions()).roots)
    reference = parse_layout(f"oci:{folder}")
    evidence = await gather(reference, LayoutRegistry(folder), search=SignatureFinder(lambda: public))
    truth = ("cosign-tag", "valid", f"{GENERATOR}@refs/tags/{version}", "https://slsa.dev/provenance/v0.2")
    assert [told(signature) for signature in evidence.signatures] == [truth]
    assert all(platform.provenance is not None for platform in evidence.platforms)


@pytest.mark.parametrize(("case", "state"), [("valid", "valid"), ("expired", "invalid"), ("invalid", "unverifiable")])
async def test_public_images_of_notation(shared_data: Path, case: str, state: str) -> None:
    layouts = shared_data / "corpus" / "oci-layouts"
    certificate = notation_certificate(layouts / "notation-e2e-valid-signature")
    folder = layouts / f"notation-e2e-{case}-signature"
    search = SignatureFinder(lambda: Trust(notation=(certificate,)))
    evidence = await gather(parse_layout(f"oci:{folder}"), LayoutRegistry(folder), search=search)
    assert [(one.layout, one.state) for one in evidence.signatures] == [("notation", state)]


def test_checking_an_unsigned_image_imports_nothing_that_verifies() -> None:
    """Half a second and 55 MB, which nobody should pay for an image that nobody signed."""
    image = f"oci:{SAMPLES / 'max-sbom_2p_dflt'}"
    script = (
        "import sys; from bot.__main__ import main; code = main(['check', '-q', sys.argv[1]]);"
        "print(code, sorted({'sigstore', 'rfc3161_client', 'tuf'} & set(sys.modules)))"
    )
    ran = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-c", script, image], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert ran.stdout.splitlines()[-1] == "0 []", ran.stdout
