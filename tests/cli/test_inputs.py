"""Where the names of images come from: words, files, stdin, repositories, namespaces."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.asked_images import ImageScope, asked_images
from bot.cli.audit_globs import expand
from bot.cli.named_images import NamedImage, named_images
from bot.errors import InvalidReferenceError, UsageError
from bot.oci.catalogue.apis import TagApi
from bot.polling.namespaces import repositories_of_glob
from tests.cli.at_terminal import ran
from tests.conftest import ROOT
from tests.forks import forked

GOOD, MIN = (f"oci:{ROOT / 'bot/demo/images' / name}" for name in ("max-sbom_2p_dflt", "min_2p_dflt"))


def quiet(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    main(["check", "-q", *words])
    return [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_a_list_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list").write_text(f"# ours\n{GOOD}\n\n{MIN}\n")
    assert quiet(capsys, f"@{tmp_path}/list") == ["WARN", "FAIL"]


def test_a_list_on_stdin() -> None:
    code, out, _ = forked(("check", "-q", "-"), typed=f"{MIN}\n")
    assert code == 1
    assert out.startswith("FAIL  oci:")


def test_manifests_chart_and_folder(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {a: {image: quay.io/a/b:1}}")
    assert named_images([str(tmp_path / "compose.yaml")]) == (
        NamedImage("quay.io/a/b:1", "compose.yaml:1", is_field=True),
    )
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "pod.yml").write_text("kind: Pod\nspec: {containers: [{image: quay.io/a/c:2}]}")
    assert [one.text for one in named_images([f"@{tmp_path}"])] == ["quay.io/a/b:1", "quay.io/a/c:2"]
    chart = tmp_path / "chart"
    chart.mkdir()
    (chart / "Chart.yaml").write_text("name: app\nappVersion: 3.1.0\n")
    (chart / "values.yaml").write_text("image: {repository: quay.io/a/app, tag: ''}")
    assert [one.text for one in named_images([f"@{chart}"])] == ["quay.io/a/app:3.1.0"]


def test_what_compose_reads_beside_the_file_is_checked_too(tmp_path: Path) -> None:
    """Its images run in place of those of the file."""
    for name, image in (("compose.yaml", "good:1"), ("compose.override.yml", "evil:1"), ("other.override.yml", "no:1")):
        (tmp_path / name).write_text(f"services: {{a: {{image: '{image}'}}}}")
    (tmp_path / "docker-compose.override.yaml").write_text("services: {a: {ports: ['80:80']}}")
    found = named_images([str(tmp_path / "compose.yaml")])
    assert [(one.text, one.where) for one in found] == [
        ("good:1", "compose.yaml:1"),
        ("evil:1", "compose.override.yml:1"),
    ]
    (tmp_path / "pods.yaml").write_text("image: good:2")
    assert [one.text for one in named_images([str(tmp_path / "pods.yaml")])] == ["good:2"]


def test_a_checkout_may_be_named_workflows_are_not_manifests(tmp_path: Path) -> None:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "ci.yml").write_text("image: ${{ inputs.image }}")
    (tmp_path / "node_modules").symlink_to("/nowhere/at/all")
    (tmp_path / "pod.yaml").write_text("image: quay.io/a/b:1")
    assert [one.text for one in named_images([f"@{tmp_path}"])] == ["quay.io/a/b:1"]


@pytest.mark.parametrize("target", ["../secret.yaml", "../elsewhere", "nowhere.yaml"])
@pytest.mark.parametrize("name", ["linked.yaml", "chart/values.yaml", "chart/Chart.yaml"])
def test_a_link_out_of_a_folder_is_refused(tmp_path: Path, name: str, target: str) -> None:
    (tmp_path / "secret.yaml").write_text("image: quay.io/a/secret:1")
    (tmp_path / "elsewhere").mkdir()
    folder = tmp_path / "folder"
    (folder / "chart").mkdir(parents=True)
    (folder / "pod.yaml").write_text("image: quay.io/a/b:1")
    (folder / name).symlink_to(tmp_path / "folder" / target)
    for word in {f"@{folder}", f"@{(folder / name).parent}"}:
        with pytest.raises(UsageError, match=r"is a link|does not exist|has no"):
            named_images([word])


def test_a_link_within_a_folder_is_followed_as_kubernetes_mounts_have_them(tmp_path: Path) -> None:
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "pod.yaml").write_text("image: quay.io/a/b:1")
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "pod.yaml").symlink_to("..data/pod.yaml")
    assert {one.text for one in named_images([f"@{tmp_path}"])} == {"quay.io/a/b:1"}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("@{}/none", "does not exist"),
        ("none.yaml", "the file none.yaml does not exist"),
        ("@{}/empty.yaml", "names no image"),
        ("@{}/binary", "is not UTF-8 text"),
        ("@{}/deep.yaml", "nested deeper"),
        ("@{}/folder", "holds no YAML file"),
        ("@{}/wrong", "wrong:2: 'A_B' is not an image name"),
        ("@/dev/zero", "limit of"),
        (
            "@{}/outside",
            "layouts on disk (oci:PATH) are read in a terminal alone, as an argument or from a list of names",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_wrong_usage(tmp_path: Path, word: str, said: str) -> None:
    (tmp_path / "empty.yaml").write_text("kind: Pod\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "deep.yaml").write_text("[" * 1000)
    (tmp_path / "folder").mkdir()
    (tmp_path / "wrong").write_text("quay.io/a/b:1\nA_B\n")
    (tmp_path / "outside").write_text("kind: Pod\nspec: {image: 'oci:/etc'}\n")
    with pytest.raises(UsageError) as caught:
        asked_images(named_images([word.format(tmp_path)]), ImageScope())
    assert said in str(caught.value)


def test_all_tags_and_the_newest_of_a_layout(capsys: pytest.CaptureFixture[str]) -> None:
    assert quiet(capsys, "--all-tags", GOOD) == ["WARN"]
    assert quiet(capsys, "--last", "1", GOOD) == []


def test_options_that_contradict_each_other() -> None:
    code, _, err = ran("check", "--all-tags", "--last", "2", "x")
    assert code == 2
    assert "not allowed with" in err


class Catalogue:
    def api(self, registry: str) -> TagApi:
        return TagApi.QUAY if registry == "quay.io" else TagApi.TAGS

    async def repositories(self, registry: str, namespace: str) -> tuple[str, ...]:
        assert registry == "quay.io"
        return (f"{namespace}/app", f"{namespace}/app-native", f"{namespace}/web")


async def test_a_glob_means_the_repositories_that_the_registry_lists() -> None:
    found = await repositories_of_glob("quay.io/acme/{app*,web}", Catalogue())
    assert [one.repository for one in found] == ["acme/app", "acme/app-native", "acme/web"]


@pytest.mark.parametrize(
    ("glob", "said"),
    [
        ("ghcr.io/acme/*", "does not list its repositories"),
        ("*/acme/app", "does not name one registry"),
        ("quay.io/*/app", "does not name one namespace"),
        ("quay.io/acme/*:1.*", "names no tag"),
        ("acme/*", "does not name a registry"),
        ("quay.io/acme/{a", "a brace is not closed"),
    ],
)
async def test_other_globs_are_refused_with_the_reason(glob: str, said: str) -> None:
    with pytest.raises(InvalidReferenceError, match=said):
        await repositories_of_glob(glob, Catalogue())


def test_latest_was_assumed_and_is_said() -> None:
    asked, wider = asked_images([NamedImage("quay.io/a/b"), NamedImage("quay.io/a/c:1")], ImageScope())
    assert not wider
    assert [str(one) for one in asked.assumed] == ["quay.io/a/b:latest"]


def test_what_failed_before_is_only_advised(capsys: pytest.CaptureFixture[str]) -> None:
    none = f"oci:{ROOT / 'bot/demo/images/none_2p_dflt'}"
    assert main(["check", MIN, "--baseline", none]) == 1
    capsys.readouterr()
    assert main(["check", "--format", "json", MIN, "--baseline", none, "--since-baseline"]) == 1  # min mode is new
    told = json.loads(capsys.readouterr().out)
    required = {one["rule"] for one in told["results"] if one["outcome"] == "fail" and one["required"]}
    assert required == {"provenance-mode-min"}
    assert main(["check", "--format", "json", none, "--baseline", MIN, "--since-baseline"]) == 1
    told = json.loads(capsys.readouterr().out)
    required = {one["rule"] for one in told["results"] if one["outcome"] == "fail" and one["required"]}
    assert required == {"provenance-lost", "provenance-missing"}


async def test_globs_of_an_audit_are_expanded_each_by_itself() -> None:
    found = await expand(["quay.io/acme/app*", "ghcr.io/acme/*", "quay.io/acme/nope*"], Catalogue())
    assert [one.repository for one in found.repositories] == ["acme/app", "acme/app-native"]
    assert len(found.notes) == 2
    assert "does not list its repositories" in found.notes[0]
