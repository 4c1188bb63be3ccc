import pytest

from tests.workflows.looking import build, fixed, found, job, run

RULE = "workflow-sign-wrong-step"
APP = build("push: true", "tags: quay.io/acme/app:${{env.TAG}},docker.io/acme/app:${{ env.TAG }}")
NEXT = build("push: true", "tags: quay.io/acme/app:next,docker.io/acme/app:next", id_="next")
LOOP = ('images=""', "for tag in ${TAGS}; do", '  images+="${tag}@${DIGEST} "', "done", "cosign sign --yes ${images}")


def sign(step: str, tags: str, *lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines or LOOP)
    return f"- env:\n    DIGEST: ${{{{ steps.{step}.outputs.digest }}}}\n    TAGS: {tags}\n  run: |\n{body}"


def test_the_digest_of_the_other_step_is_found_and_the_right_output_named() -> None:
    text = job(APP + sign("build", "quay.io/acme/app:${{env.TAG}}") + NEXT + sign("build", "quay.io/acme/app:next"))
    (one,) = found(RULE, text)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if number > 20 and "DIGEST" in line)
    assert (one.line, one.severity.value) == (line, "critical")
    assert "${{ steps.next.outputs.digest }}" in one.message
    first, second = text.split("id: next")
    assert fixed(RULE, text) == first + "id: next" + second.replace("steps.build.", "steps.next.")


def test_the_right_step_is_fine_in_both_spellings_of_expressions() -> None:
    text = job(APP + NEXT + sign("build", "quay.io/acme/app:${{ env.TAG }}") + sign("next", "docker.io/acme/app:next"))
    assert not found(RULE, text)


def test_the_shells_variable_is_the_expressions_value() -> None:
    assert not found(RULE, job(APP + NEXT + sign("build", "x", 'cosign sign "quay.io/acme/app:${TAG}@$DIGEST"')))
    assert found(RULE, job(APP + NEXT + sign("next", "x", 'cosign sign "quay.io/acme/app:${TAG}@$DIGEST"')))


def test_a_repository_is_enough_to_tell() -> None:
    other = build("push: true", "tags: quay.io/acme/other:1", id_="other")
    assert found(RULE, job(APP + other + sign("build", "x", "cosign sign quay.io/acme/other@$DIGEST")))
    assert not found(RULE, job(APP + other + sign("other", "x", "cosign sign quay.io/acme/other@$DIGEST")))


@pytest.mark.parametrize(
    ("step", "why"), [("bulid", "no step of the job image has the id bulid"), ("next", "has not run yet")]
)
def test_a_step_that_is_not_there_or_comes_later(step: str, why: str) -> None:
    text = job(APP + sign(step, "quay.io/acme/app:${{env.TAG}}") + NEXT)
    (one,) = found(RULE, text)
    assert why in one.message
    assert "steps.build.outputs.digest }}\n    " in fixed(RULE, text).replace("          ", "    ")


@pytest.mark.parametrize("tags", ["${{ steps.meta.outputs.tags }}", "${{ inputs.tags }}", "${{ env.IMAGE }}"])
def test_unknown_tags_are_no_finding(tags: str) -> None:
    text = job(build("push: true", f"tags: {tags}") + NEXT + sign("build", "quay.io/acme/app:next"))
    assert not found(RULE, text)


def test_a_digest_from_a_script_is_no_finding() -> None:
    script = "- id: read\n  run: echo digest=$(crane digest quay.io/acme/app:next) >> $GITHUB_OUTPUT\n"
    assert not found(RULE, job(APP + NEXT + script + sign("read", "quay.io/acme/app:next")))


def test_metadata_action_tells_the_repository() -> None:
    meta = "- uses: docker/metadata-action@v5\n  id: meta\n  with:\n    images: |\n      quay.io/acme/app\n"
    app = build("push: true", "tags: ${{ steps.meta.outputs.tags }}")
    other = build("push: true", "tags: quay.io/acme/other:1", id_="other")
    assert not found(RULE, job(meta + app + other + sign("build", "x", "cosign sign quay.io/acme/app:1@$DIGEST")))
    assert found(RULE, job(meta + app + other + sign("build", "x", "cosign sign quay.io/acme/other:1@$DIGEST")))


def test_attest_actions_too() -> None:
    text = job(
        APP
        + build("push: true", "tags: quay.io/acme/other:1", id_="other")
        + "- uses: actions/attest@v4\n  with:\n    subject-name: quay.io/acme/other\n"
        + "    subject-digest: ${{ steps.build.outputs.digest }}\n"
    )
    assert "subject-digest: ${{ steps.other.outputs.digest }}" in fixed(RULE, text)


def test_one_right_name_beside_a_wrong_one_leaves_nothing_to_mend() -> None:
    text = job(
        APP
        + NEXT
        + run(
            "cosign sign quay.io/acme/app:next@$D quay.io/acme/app:$TAG@$D", env="D: '${{ steps.next.outputs.digest }}'"
        )
    )
    assert [one.fixable for one in found(RULE, text)] == [False]


JOBS = """\
on: push
jobs:
  build:
    outputs:
      app: ${{ steps.app.outputs.digest }}
      tool: ${{steps.tool.outputs.digest}}
    steps:
      - uses: docker/build-push-action@v7
        id: app
        with: { push: true, tags: quay.io/acme/app:1 }
      - uses: docker/build-push-action@v7
        id: tool
        with: { push: true, tags: quay.io/acme/tool:1 }
  sign:
    needs: build
    steps:
      - run: cosign sign --yes quay.io/acme/tool@${{ needs.build.outputs.tool }}
"""


def test_a_digest_that_another_job_hands_over() -> None:
    assert not found(RULE, JOBS)
    wrong = JOBS.replace("tool@${{ needs.build.outputs.tool", "tool@${{ needs.build.outputs.app")
    (one,) = found(RULE, wrong)
    assert (one.line, one.column) == (17, 54)
    assert "the step tool built that, but the digest is that of app" in one.message
    assert fixed(RULE, wrong) == JOBS


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("outputs.tool }}\n", "outputs.digest }}\n", "the job build has no output digest"),
        ("needs: build", "needs: [other]", "the job sign does not need build"),
        ("{steps.tool.outputs", "{steps.tol.outputs", "no step of the job build has the id tol"),
    ],
)
def test_a_digest_that_no_job_hands_over(before: str, after: str, why: str) -> None:
    (one,) = found(RULE, JOBS.replace(before, after))
    assert why in one.message


def test_what_a_called_workflow_hands_over_is_not_known_here() -> None:
    called = JOBS.partition("  build:\n")[0] + "  build:\n    uses: ./.github/workflows/build.yml\n"
    assert not found(RULE, called + "  sign:\n" + JOBS.partition("  sign:\n")[2])


def test_a_right_read_beside_a_wrong_one_stays() -> None:
    commands = [
        "cosign sign quay.io/acme/app:next@${{ steps.next.outputs.digest }}",
        "cosign sign quay.io/acme/app:${{ env.TAG }}@${{ steps.next.outputs.digest }}",
    ]
    text = job(APP + NEXT + run(*commands))
    assert fixed(RULE, text) == text.replace(commands[1], commands[1].replace("steps.next", "steps.build"))


def test_an_output_whose_name_only_begins_in_the_same_way_stays() -> None:
    other = "    BASE: ${{ steps.build.outputs.digest-of-base }}\n    MINE: ${{ my.steps.build.outputs.digest }}\n"
    text = job(APP + NEXT + sign("build", "quay.io/acme/app:next").replace("  run:", f"{other}  run:"))
    assert fixed(RULE, text) == text.replace("{{ steps.build.outputs.digest }}", "{{ steps.next.outputs.digest }}")
