"""A Makefile that looks for its program, and the conditions in which it sets a variable."""

import pytest

from bot.workflows.builds import Build
from bot.workflows.readers import read_file
from bot.workflows.text import SourceText
from tests.workflows.looking import found

OFF = "workflow-provenance-disabled"
PUSH = "push:\n\t$(DOCKER) buildx build --provenance=false --push -t quay.io/acme/app:1 .\n"


@pytest.mark.parametrize(
    "program",
    [
        "DOCKER := $(shell command -v docker 2> /dev/null)",
        "DOCKER = $(shell which docker)",
        "DOCKER := $(shell command -v docker || command -v podman)",
        "DOCKER := /usr/bin/docker",
    ],
)
def test_a_program_that_is_looked_for(program: str) -> None:
    assert len(found(OFF, f"{program}\n{PUSH}", "Makefile")) == 1


@pytest.mark.parametrize("program", ["DOCKER := $(shell which podman)", "DOCKER := $(shell ./which-one docker)"])
def test_another_program_or_one_that_only_the_run_knows(program: str) -> None:
    assert not found(OFF, f"{program}\n{PUSH}", "Makefile")


@pytest.mark.parametrize("condition", ["ifndef DOCKER", "ifeq ($(DOCKER),)", "ifeq (,${DOCKER})"])
def test_what_is_set_only_if_nothing_else_was(condition: str) -> None:
    """The second program is for machines that lack the first."""
    other = f"{condition}\nDOCKER := podman\nendif\n"
    assert len(found(OFF, f"DOCKER := docker\n{other}{PUSH}", "Makefile")) == 1
    assert not found(OFF, f"{other}{PUSH}", "Makefile")


@pytest.mark.parametrize("condition", ["ifdef DOCKER", "ifneq ($(DOCKER),)", "ifneq (,$(DOCKER))", "ifeq ($(CI),1)"])
def test_what_is_set_again(condition: str) -> None:
    assert not found(OFF, f"DOCKER := docker\n{condition}\nDOCKER := podman\nendif\n{PUSH}", "Makefile")


def test_a_condition_ends() -> None:
    text = "DOCKER := docker\nifndef DOCKER\nDOCKER := nerdctl\nendif\nDOCKER := podman\n"
    assert not found(OFF, f"{text}{PUSH}", "Makefile")


def test_a_shell_script_that_looks_for_its_program() -> None:
    script = 'DOCKER=$(command -v docker)\n"$DOCKER" buildx build --provenance=false --push -t quay.io/acme/app:1 .\n'
    assert len(found(OFF, f"#!/bin/sh\n{script}", "scripts/push.sh")) == 1


@pytest.mark.parametrize("written", ["$@", "$(@)", "${@}"])
def test_the_name_of_the_target_is_known(written: str) -> None:
    build = f"\tdocker buildx build --push --provenance=false -t quay.io/acme/{written}:1 .\n"
    assert names(f"web:\n{build}") == ["quay.io/acme/web:1"]


@pytest.mark.parametrize("target", ["web api", "$(APPS)", "%-image"])
def test_one_of_several_names_is_not(target: str) -> None:
    assert names(f"{target}:\n\tdocker buildx build --push -t quay.io/acme/$@:1 .\n") == ["quay.io/acme/$@:1"]


def names(text: str) -> list[str]:
    jobs = read_file(SourceText("Makefile", text)).jobs
    builds = [one for job in jobs for one in job.operations if isinstance(one, Build)]
    return [name.tagged for build in builds for name in build.names or ()]
