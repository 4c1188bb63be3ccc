"""What `define` holds in a Makefile runs where a recipe calls it, and nowhere else."""

from pathlib import Path

import pytest

from bot.errors import MalformedError
from bot.workflows.doubts import Doubt
from bot.workflows.readers.make_calls import LINES_MAX
from tests.workflows.doubting import CI, SBOM, findings
from tests.workflows.looking import found, job, run

IMAGE = "define image\n\t@echo $(1)\n\tdocker buildx build $(2) -t quay.io/acme/$(1):1 $(1)\nendef\n"
OFF = "workflow-provenance-disabled"


def test_what_no_recipe_calls_does_nothing() -> None:
    assert not found(SBOM, f"all:\n\ttrue\n{IMAGE.replace('$(2)', '--push')}", "Makefile")


@pytest.mark.parametrize(
    ("call", "rules"),
    [
        ("$(call image,web,--push)", {SBOM, "workflow-provenance-not-explicit"}),
        ("@$(call image, web, --push --provenance=false --sbom=true)", {OFF}),
        ("${call image,web,--push --provenance=mode=max --sbom=true}", set()),
        ("$(call image,web,)", set()),
        ("$(call image,web)", set()),
        ("echo $(call image,web,--push)", set()),
        ("$(call other,web,--push)", set()),
    ],
)
def test_arguments_say_whether_it_pushes(call: str, rules: set[str]) -> None:
    text = f"{IMAGE}push:\n\t{call}\n"
    told = [one for rule in (SBOM, OFF, "workflow-provenance-not-explicit") for one in found(rule, text, "Makefile")]
    assert {one.rule for one in told} == rules
    assert {one.line for one in told} <= {3}


def test_an_argument_that_is_not_given_is_empty() -> None:
    text = "define image\n\tdocker buildx build $(2) --push -t quay.io/acme/$(1):1 .\nendef\npush:\n\t{}\n"
    assert [one.line for one in found(SBOM, text.format("$(call image,web)"), "Makefile")] == [2]
    assert not found(SBOM, text.format("$(call image,web,$(FLAGS))"), "Makefile")


def test_two_calls_are_told_once() -> None:
    text = f"{IMAGE}push:\n\t$(call image,web,--push)\n\t$(call image,db,--push)\n"
    assert [one.line for one in found(SBOM, text, "Makefile")] == [3]


def test_a_recipe_that_is_a_name_alone_and_a_function_that_calls_another() -> None:
    canned = "define push-it\ndocker buildx build --push -t quay.io/acme/app:1 .\nendef\npush:\n\t@$(push-it)\n"
    assert [one.line for one in found(SBOM, canned, "Makefile")] == [2]
    outer = "define both\n\t$(call image,$(1),--push)\nendef\n"
    assert [one.line for one in found(SBOM, f"{IMAGE}{outer}push:\n\t$(call both,web)\n", "Makefile")] == [3]
    itself = (
        "define image\n\t$(call image,a)\n\tdocker buildx build --push -t a/b:1 .\nendef\npush:\n\t$(call image,a)\n"
    )
    assert [one.line for one in found(SBOM, itself, "Makefile")] == [3]


@pytest.mark.parametrize(("target", "expected"), [("push", ()), ("build", (Doubt.NOT_RUN,))])
def test_it_is_run_where_ci_runs_the_target_that_calls_it(
    tmp_path: Path, target: str, expected: tuple[Doubt, ...]
) -> None:
    text = f"{IMAGE}build:\n\ttrue\npush:\n\t$(call image,web,--push)\n"
    told = findings(tmp_path, {"Makefile": text, CI: job(run(f"make {target}"))})
    assert [one.doubts for one in told if one.rule == SBOM] == [expected]


def function(name: str, line: str, count: int) -> str:
    return f"define {name}\n" + f"{line}\n" * count + "endef\n"


EACH_OTHER = function("f0", "$(f1)", 300) + function("f1", "$(f0)", 300)
NOTHING = "".join(function(f"f{at}", f"$(f{at + 1})", 20) for at in range(4)) + function("f4", "", 0)
"""160,000 calls, of which no line comes."""
TARGETS = function("f0", "true", 100) + "".join(f"t{at}:\n\t$(f0)\n" for at in range(60))


@pytest.mark.parametrize("text", [EACH_OTHER, NOTHING, TARGETS], ids=["each other", "nothing", "targets"])
def test_calls_that_grow_over_the_limit_of_a_file_are_refused(text: str) -> None:
    with pytest.raises(MalformedError, match=str(LINES_MAX)):
        found(SBOM, f"{text}push:\n\t$(f0)\n", "Makefile")
