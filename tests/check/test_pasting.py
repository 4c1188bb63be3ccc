"""Everything that is offered to be pasted parses where it is pasted, with the image's own names in it."""

import io
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.causes import catalogue as all_causes
from bot.check.names import ImageNames
from bot.context import Context, Expected, ExpectedIdentity, SameTag
from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.remedies import signing
from bot.remedies.example import as_example
from bot.rules import catalogue as all_rules
from bot.workflows.rules import catalogue as all_lint_rules
from tests.making import digest, image, platform, provenance, signature

TODAY = date(2026, 11, 29)
LEFT = re.compile(
    r"\b(?:IMAGE|REPOSITORY|REGISTRY|PLATFORMS|EACH_PLATFORM|ISSUER|SUBJECT|SOURCES|SISTER|LACKING|MISSING|UNTIL|FIRST_DIGEST|DIGEST)\b"
)


def of(name: str, *platforms: str, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    named = (platform(one) for one in platforms or ("linux/amd64", "linux/s390x"))
    return image(*named, image=Reference.parse(name), **changes)


DOCKERFILE = re.compile(r"#|(?:FROM|RUN|COPY|ADD|ARG|ENV|LABEL|USER|ENTRYPOINT|CMD|WORKDIR|VOLUME|EXPOSE) \S")

CONTEXTS = {
    "keyless on ghcr.io": Context(of("ghcr.io/acme/shop:2.0")),
    "keyless on Docker Hub": Context(of("acme/shop:2.0")),
    "keyless on GitLab": Context(of("registry.gitlab.com/acme/shop:2.0", "linux/arm/v7")),
    "with a key on Quay": Context(of("quay.io/acme/shop:2.0"), Expected(key_names=("release", "old"))),
}


def snippets() -> Iterator[tuple[str, str, str]]:
    for rule in all_rules():
        yield rule.id, rule.remediation.language, rule.remediation.snippet
        yield f"{rule.id} verify", "sh", rule.remediation.verify
    for cause in all_causes():
        for system, snippet in cause.snippets.items():
            yield f"{cause.id} {system}", snippet.language, snippet.text
        yield f"{cause.id} verify", "sh", cause.verify
    for lint in all_lint_rules():
        yield lint.id, lint.remediation.language, lint.remediation.snippet


CATALOGUE = [one for one in snippets() if one[2]]


@pytest.mark.parametrize("known", CONTEXTS)
@pytest.mark.parametrize(("where", "language", "text"), CATALOGUE, ids=[where for where, _, _ in CATALOGUE])
def test_every_snippet_parses_with_real_names(known: str, where: str, language: str, text: str) -> None:
    context = CONTEXTS[known]
    names = ImageNames(context, TODAY)
    filled = names.to_verify(text) if where.endswith("verify") else names.to_paste(text)
    assert where.startswith("workflow-") or not LEFT.findall(filled), filled
    match language:
        case "yaml":
            assert YAML(typ="safe").load(io.StringIO(filled)) is not None
        case "sh":
            done = subprocess.run(["/bin/sh", "-n"], input=filled, text=True, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr
        case "hcl":
            from hcl2.parser import parser  # noqa: PLC0415 - takes a quarter of a second

            parser().parse(filled)
        case "dockerfile":
            whole = re.sub(r"\\\n", " ", filled)
            assert all(DOCKERFILE.match(line) for line in whole.splitlines() if line.strip()), filled
        case _:
            pytest.fail(f"{where} is in {language or 'no language'}, which nobody checks")


@pytest.mark.parametrize(("where", "language", "text"), CATALOGUE, ids=[where for where, _, _ in CATALOGUE])
def test_a_policy_that_accepts_only_a_key_gets_key_advice(where: str, language: str, text: str) -> None:
    if where.startswith("workflow-"):
        return  # about a file, whoever signs
    filled = ImageNames(CONTEXTS["with a key on Quay"], TODAY).to_paste(text)
    assert "certificate-identity" not in filled, where
    assert "id-token" not in filled or "attest" in filled, (where, language)
    for line in filled.splitlines():
        assert "cosign sign " not in line or "--key" in line, where


def test_the_images_own_platforms_and_registry_are_named() -> None:
    build = next(rule.remediation for rule in all_rules() if rule.id == "provenance-missing")
    filled = ImageNames(CONTEXTS["keyless on ghcr.io"], TODAY).to_paste(build.snippet)
    assert "platforms: linux/amd64,linux/s390x\n" in filled
    assert "registry: ghcr.io\n" in filled
    assert "${{ secrets.GITHUB_TOKEN }}" in filled
    filled = ImageNames(CONTEXTS["with a key on Quay"], TODAY).to_paste(build.snippet)
    assert "registry: quay.io\n" in filled
    assert "${{ secrets.REGISTRY_TOKEN }}" in filled
    assert "packages: write" in ImageNames(CONTEXTS["keyless on ghcr.io"], TODAY).to_paste(signing.SIGN)
    assert "packages: write" not in ImageNames(CONTEXTS["keyless on Docker Hub"], TODAY).to_paste(signing.SIGN)


def test_the_key_of_the_policy_verifies() -> None:
    told = ImageNames(CONTEXTS["with a key on Quay"], TODAY).to_verify(signing.SEE)
    assert told.startswith("cosign verify --key release.pub quay.io/acme/shop:2.0@sha256:")


def test_a_policy_with_a_key_and_an_identity_stays_keyless() -> None:
    identity = ExpectedIdentity("https://issuer.example", r"https://git\.example/acme/.+")
    context = Context(of("ghcr.io/acme/shop:2.0"), Expected(identities=(identity,), key_names=("release",)))
    told = ImageNames(context, TODAY).to_verify(signing.SEE)
    assert r"--certificate-oidc-issuer https://issuer.example" in told
    assert r"'^https://git\.example/acme/.+$'" in told


def test_the_signer_who_is_there_is_offered_for_the_policy() -> None:
    name = "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/2.0"
    signed = of(
        "quay.io/acme/shop:2.0",
        signatures=(signature(identity=name, issuer="https://token.actions.githubusercontent.com"),),
    )
    policy = YAML(typ="safe").load(ImageNames(Context(signed), TODAY).to_paste(signing.POLICY_IDENTITY))
    (entry,) = policy["images"]
    assert entry["match"] == "quay.io/acme/shop"
    assert re.fullmatch(entry["identities"][0]["subject"], name)


@pytest.mark.parametrize(("where", "language", "text"), CATALOGUE, ids=[where for where, _, _ in CATALOGUE])
def test_without_an_image_examples_stand_there(where: str, language: str, text: str) -> None:
    if where.startswith("workflow-"):
        return  # has no placeholders
    filled = as_example(text)
    assert set(LEFT.findall(filled)) <= {"IMAGE", "REPOSITORY", "DIGEST"}, filled
    if language == "yaml":
        assert YAML(typ="safe").load(io.StringIO(filled)) is not None


def pasted(rule: str, context: Context) -> str:
    wanted = next(one for one in all_rules() if one.id == rule)
    return ImageNames(context, TODAY).to_paste(wanted.remediation.snippet)


def test_a_tag_is_put_back_to_the_digest_that_it_stood_for_first() -> None:
    """Seen: `crane copy quay.io/acme/shop@FIRST_DIGEST`, with those words, where the digest was known."""
    first = digest("first")
    moved = Context(of("quay.io/acme/shop:2.0"), moved_from=first)
    assert f"crane copy quay.io/acme/shop@{first} quay.io/acme/shop:2.0\n" in pasted("tag-moved", moved)


def test_the_registry_where_the_tag_differs_is_named() -> None:
    """Seen: `cosign copy SOURCE quay.io/acme/shop:2.0`. A third registry has the same image as this one."""
    other = of("docker.io/acme/shop:2.0", digest=digest("other"))
    same = of("ghcr.io/acme/shop:2.0")
    context = Context(of("quay.io/acme/shop:2.0"), same_tag=(SameTag(same.image, same), SameTag(other.image, other)))
    assert "cosign copy docker.io/acme/shop:2.0 quay.io/acme/shop:2.0\n" in pasted("tag-registries-differ", context)


EVIL = ["amd64;reboot", "x/$(id)", "linux/amd64\nrun: x", "it's", "`id`"]
ISSUER = "https://token.actions.githubusercontent.com"


def strangers(evil: str) -> Iterator[Context]:
    """The same stranger's text as a platform, an identity, an issuer, a source, a pattern, a key and a digest."""
    name = "quay.io/acme/shop:2.0"
    yield Context(of(name, evil))
    yield Context(of(name, signatures=(signature(identity=f"https://x/{evil}", issuer=ISSUER),)))
    yield Context(of(name, signatures=(signature(identity="https://x/y", issuer=f"https://x/{evil}"),)))
    told = platform(provenance=provenance(source=f"https://x.org/{evil}"))
    yield Context(image(told, image=Reference.parse(name), signatures=()))
    yield Context(of(name), Expected(identities=(ExpectedIdentity("https://x", f"a{evil}"),)))
    yield Context(of(name), Expected(identities=(ExpectedIdentity(f"https://x/{evil}", "a"),)))
    yield Context(of(name), Expected(key_names=(evil,)))
    yield Context(of(name), moved_from=f"sha256:{evil}")


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("number", range(8))
def test_what_a_stranger_wrote_is_not_pasted(evil: str, number: int) -> None:
    context = list(strangers(evil))[number]
    for _, _, text in CATALOGUE:
        filled = ImageNames(context, TODAY).to_paste(text)
        assert evil not in filled or evil in text
    everything = "PLATFORMS EACH_PLATFORM ISSUER SUBJECT SOURCES KEY SISTER LACKING MISSING FIRST_DIGEST"
    assert evil not in ImageNames(context, TODAY).to_paste(everything)
