"""From an image to its workflow."""

import pytest
from msgspec import Struct, field

from bot.attestations.provenance import Mode, Provenance
from bot.errors import MalformedError, SourceNotFoundError, SourceUnavailableError
from bot.workflows.address import WorkflowFile, read_address, workflow_file, workflow_of
from bot.workflows.find import diff
from bot.workflows.source import look
from tests.workflows.looking import build, job

COMMIT = "18ab3372" * 5
CI = ".github/workflows/ci.yml"
FILE = WorkflowFile("acme", "app", CI, COMMIT)


class Shelf(Struct):
    """A code host with these files; one that is None cannot be had at the moment."""

    files: dict[str, str | None]
    asked: list[str] = field(default_factory=list)

    async def read(self, file: WorkflowFile) -> str:
        self.asked.append(file.path)
        text = self.files.get(file.path, "")
        if text is None:
            raise SourceUnavailableError(file.path)
        if not text:
            raise SourceNotFoundError(file.path)
        return text


def test_addresses() -> None:
    assert FILE.page == f"https://github.com/acme/app/blob/{COMMIT}/{CI}"
    assert FILE.contents() == f"https://api.github.com/repos/acme/app/contents/{CI}?ref={COMMIT}"
    at_tag = WorkflowFile("acme", "app", ".github/workflows/a b.yml", "refs/tags/1.0", "https://ghe.example")
    assert at_tag.page == "https://ghe.example/acme/app/blob/refs/tags/1.0/.github/workflows/a%20b.yml"
    assert at_tag.contents("http://127.0.0.1:1/api/v3/") == (
        "http://127.0.0.1:1/api/v3/repos/acme/app/contents/.github/workflows/a%20b.yml?ref=refs%2Ftags%2F1.0"
    )


def test_what_a_statement_names() -> None:
    said = Provenance("v1", Mode.MIN, source="https://github.com/acme/app", revision=f"{COMMIT}-dirty", workflow=CI)
    assert workflow_of(said) == FILE
    only_a_ref = Provenance("v1", Mode.MIN, source="https://github.com/acme/app", ref="refs/tags/1.2", workflow=CI)
    assert workflow_of(only_a_ref) == WorkflowFile("acme", "app", CI, "refs/tags/1.2")
    assert workflow_of(Provenance("v1", Mode.MIN, source="https://github.com/acme/app", revision=COMMIT)) is None
    assert workflow_of(said, server="https://ghe.example") is None


def test_what_a_policy_names() -> None:
    assert read_address(f"https://github.com/acme/app/{CI}@{COMMIT}") == FILE
    newest = read_address(f"https://github.com/acme/app/{CI}")
    assert newest == WorkflowFile("acme", "app", CI, "HEAD")
    for other in ("", "@", "https://github.com/acme/app", f"https://evil.example/acme/app/{CI}", f"acme/app/{CI}"):
        assert read_address(other) is None


@pytest.mark.parametrize(
    ("source", "path", "revision"),
    [
        ("https://evil.example/acme/app", CI, COMMIT),
        ("https://[github.com/acme/app", CI, COMMIT),
        ("https://github.com.evil.example/acme/app", CI, COMMIT),
        ("https://user@github.com/acme/app", CI, COMMIT),
        ("http://github.com/acme/app", CI, COMMIT),
        ("https://github.com/acme/../secret", CI, COMMIT),
        ("https://github.com/../..", CI, COMMIT),
        ("https://github.com/acme/app?x=y#z/w", CI, ""),
        ("https://github.com/acme", CI, COMMIT),
        ("https://github.com/acme/app", ".github/workflows/../../secret.yml", COMMIT),
        ("https://github.com/acme/app", ".github/workflows/x/y.yml", COMMIT),
        ("https://github.com/acme/app", "/etc/passwd", COMMIT),
        ("https://github.com/acme/app", CI, "a..b"),
        ("https://github.com/acme/app", CI, "a\nb"),
        ("https://github.com/acme/app", CI, "-x"),
        ("https://github.com/acme/app", CI + "\n", COMMIT),
    ],
)
def test_a_claim_that_would_lead_elsewhere_names_nothing(source: str, path: str, revision: str) -> None:
    assert workflow_file(source, path, revision) is None


async def test_the_workflow_and_what_it_calls_are_looked_at() -> None:
    called = ".github/workflows/build.yml"
    host = Shelf(
        {
            CI: f"on: push\njobs:\n  a:\n    uses: ./{called}\n  b:\n    steps:\n      - uses: ./.github/actions/x\n",
            called: job(build("push: true")).replace("on: push", "on: workflow_call"),
            ".github/actions/x/action.yaml": "runs: { using: composite, steps: [] }\n",
        }
    )
    looked = await look(FILE, host)
    assert [one.file.path for one in looked] == [CI, called, ".github/actions/x/action.yaml"]
    caller, build_file, _ = looked
    assert not caller.findings
    assert {one.rule for one in build_file.findings} >= {"workflow-provenance-not-explicit"}
    patch = diff(build_file.file.path, build_file.text, build_file.findings, build_file.follow)
    assert f"+++ b/{called}\n" in patch
    assert "+          provenance: mode=max\n" in patch


async def test_what_it_calls_and_is_not_there_may_do_anything() -> None:
    signed_elsewhere = job(build("push: true", "tags: quay.io/a/b:1") + "- uses: ./gone\n- uses: ./../../secret\n")
    host = Shelf({CI: signed_elsewhere})
    (looked,) = await look(FILE, host)
    assert "workflow-image-never-signed" not in {one.rule for one in looked.findings}
    assert host.asked == [CI, "gone/action.yml", "gone/action.yaml"]


async def test_what_cannot_be_had_or_read_is_said() -> None:
    with pytest.raises(SourceNotFoundError):
        await look(FILE, Shelf({}))
    with pytest.raises(SourceUnavailableError):
        await look(FILE, Shelf({CI: None}))
    with pytest.raises(MalformedError):
        await look(FILE, Shelf({CI: "a: ["}))


async def test_no_more_than_a_few_files_are_fetched() -> None:
    jobs = "".join(f"  j{number}:\n    uses: ./.github/workflows/{number}.yml\n" for number in range(50))
    host = Shelf({CI: "on: push\njobs:\n" + jobs})
    await look(FILE, host)
    assert len(host.asked) == 11
