"""What the workflow tells, in every rendering: why, where, the diff, how to verify; cut where a place is too small."""

import pytest

from bot.render import markdown, text
from bot.render.release.fixes import fixes
from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.details import SNIPPET_LINES_MAX
from bot.render.slack.fix import OPEN_PATCH, OPEN_TEXT, brief_reply, fix_reply
from bot.render.slack.message import BLOCKS_TEXT_MAX, MessageDraft, texts
from bot.report import CauseSummary, LineSummary, PatchSummary, RemediationSummary, Report, Result, WorkflowSummary
from tests.fake_slack.messages import check_message
from tests.render.slack_parts import BASE, fix, report, result

COMMIT = "18ab33725b1c8d1b0a2d6c7e8f90123456789abc"
PATH = ".github/workflows/release.yml"
PAGE = f"https://github.com/acme/app/blob/{COMMIT}/{PATH}"
HEAD = f"--- a/{PATH}\n+++ b/{PATH}\n@@ -1,2 +1,3 @@\n"
DIFF = f"{HEAD} with:\n+  provenance: mode=max\n   push: true\n"
BUILT_BY = WorkflowSummary(repository="acme/app", path=PATH, revision=COMMIT, url=PAGE, state="read")
CAUSE = CauseSummary(
    cause="mode-not-explicit",
    sureness="certain",
    because="builder.id is empty",
    fix="Write the mode down.",
    snippet="a snippet for everybody",
    language="yaml",
    verify="docker buildx imagetools inspect x",
)


def line(number: int = 28, **more: str) -> LineSummary:
    said = {"rule": "workflow-provenance-not-explicit", "path": PATH, "message": "nothing is said about provenance"}
    return LineSummary.model_validate({"line": number, "column": 9, "url": f"{PAGE}#L{number}", **said, **more})


def patch(diff: str = DIFF, reason: str = "") -> PatchSummary:
    return PatchSummary(repository="acme/app", path=PATH, revision=COMMIT, url=PAGE, diff=diff, reason=reason)


def mended(*patches: PatchSummary, lines: tuple[LineSummary, ...] = (line(),)) -> Result:
    cure = RemediationSummary(text="in general", snippet="general", verify="look")
    return result("provenance-mode-min", causes=(CAUSE,), remediation=cure, lines=lines, patches=patches)


def told(one: Result) -> Report:
    return report(one, workflow=BUILT_BY)


def reply(one: Result, base_url: str = BASE) -> MessageDraft:
    draft = fix(told(one), one, base_url=base_url)
    assert draft.blocks[0]["block_id"] != "plain"
    metadata = {"event_type": draft.event, "event_payload": dict(draft.facts)}
    check_message({"text": draft.text, "blocks": list(draft.blocks), "metadata": metadata}, update=True)
    return draft


def test_a_reply_says_why_where_what_to_change_and_how_to_verify() -> None:
    shown = str(reply(mended(patch())).blocks)
    for part in ("Because:", "builder.id is empty", "Where:", f"{PAGE}#L28", "+  provenance: mode=max", CAUSE.verify):
        assert part in shown
    assert "a snippet for everybody" not in shown
    assert OPEN_PATCH in shown
    assert OPEN_TEXT not in shown  # nothing was cut


def test_what_one_change_fixes_is_one_diff_of_all_of_it() -> None:
    one = mended(patch("--- a/x\n+++ b/x\n+  provenance: mode=max\n"))
    other = mended(patch("--- a/x\n+++ b/x\n+  sbom: true\n")).model_copy(update={"rule": "sbom-missing"})
    both = patch("--- a/x\n+++ b/x\n+  provenance: mode=max\n+  sbom: true\n")
    about = told(one).model_copy(update={"results": (one, other), "patches": (both,)})
    for shown in replies(about):
        assert "One change fixes 2 problems" in shown
        assert shown.count("sbom: true") == 1
        assert shown.count("mode=max") == 1
    assert all("sbom: true" not in shown for shown in replies(about.model_copy(update={"patches": ()}))), "as before"


def test_images_that_need_other_diffs_of_the_same_file_are_named() -> None:
    app = told(mended(patch("--- a/x\n+++ b/x\n+  one\n")))
    cli = told(mended(patch("--- a/x\n+++ b/x\n+  two\n"))).model_copy(update={"image": "quay.io/acme/cli:1"})
    for shown in replies(app, cli):
        assert "+  one" in shown
        assert "+  two" not in shown
        assert "that for cli differs" in shown
    same = app.model_copy(update={"image": "quay.io/acme/cli:1"})
    assert all("differs" not in shown for shown in replies(app, same))


def replies(*reports: Report) -> tuple[str, str]:
    """The only fix, short and whole."""
    release = ReleaseView("acme/app 1", "acme/app 1", tuple(ImageView(one.image, report=one) for one in reports))
    (fix_,) = fixes(release)
    return str(brief_reply(release, fix_).blocks), str(fix_reply(release, fix_).blocks)


def test_without_a_line_the_file_that_built_it_is_linked() -> None:
    shown = str(reply(mended(lines=())).blocks)
    assert f"'url': '{PAGE}', 'text': '{PATH} at {COMMIT[:12]}'" in shown
    assert "a snippet for everybody" in shown
    assert OPEN_PATCH not in shown


@pytest.mark.parametrize("url", ["javascript:x", "http://evil.example/", "https://a b", "https://[", "https://e|x"])
def test_an_address_that_is_none_is_only_text(url: str) -> None:
    assert "'type': 'link'" not in str(reply(mended(lines=(line(url=url),))).blocks)


def test_a_diff_of_500_lines_is_cut_by_whole_lines_and_the_page_and_the_button_have_it_whole() -> None:
    long = HEAD + "".join(f"+          line: number {number}\n" for number in range(500))
    draft = reply(mended(patch(long)))
    (code,) = [part for part in texts(draft.blocks) if part.startswith("--- a/")]
    kept = code.splitlines()
    assert kept[-1] == f"… {500 + 3 - len(kept) + 1} more lines"
    assert all(kept_line in long.splitlines() for kept_line in kept[:-1])
    assert len(kept) == SNIPPET_LINES_MAX + 1
    assert OPEN_TEXT in str(draft.blocks)
    assert OPEN_PATCH in str(draft.blocks)
    assert sum(map(len, texts(draft.blocks))) <= BLOCKS_TEXT_MAX


def test_a_single_endless_line_is_cut_too() -> None:
    assert "…" in str(reply(mended(patch(HEAD + "+" + "x" * 30_000))).blocks)


def test_when_everything_is_long_the_diff_gives_way() -> None:
    wordy = CAUSE.model_copy(update={"because": "because " * 200, "fix": "do " * 300, "verify": "v" * 2000})
    full = mended(patch(HEAD + "+x\n" * 2000), lines=tuple(line(n, message="m" * 600) for n in range(10)))
    more = full.model_copy(update={"causes": (wordy,) * 5, "title": "t" * 300})
    assert sum(map(len, texts(reply(more).blocks))) <= BLOCKS_TEXT_MAX


def test_why_a_diff_is_not_shown_is_said() -> None:
    withheld = mended(patch("", "a line beside the change looks like a secret"))
    for shown in (str(reply(withheld).blocks), text.render([told(withheld)]), markdown.render([told(withheld)])):
        assert "looks like a secret" in shown
        assert "a snippet for everybody" in shown


def test_the_terminal_and_the_summary_show_the_diff_instead_of_the_snippet() -> None:
    one = mended(patch())
    plain, marked = text.render([told(one)]), markdown.render([told(one)])
    assert f"where: {PATH}, line 28: nothing is said about provenance" in " ".join(plain.split())
    assert "+  provenance: mode=max" in plain
    assert f"```diff\n{DIFF.rstrip()}\n```" in marked
    for shown in (plain, marked):
        assert "a snippet for everybody" not in shown
