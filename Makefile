# Two commands for a newcomer: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install demo test lint format lock debian docs image test-real test-sentinel test-browser test-docs test-shipped test-chaos test-stressed chaos fuzz e2e draw-slack picture bench bench-peers bench-secrets mutants clean

help:  ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.venv/ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q bot handlers
	touch $@

install: .venv/ready  ## make .venv, with the `provenance` command

demo: install  ## run the bot on sample images; with ONCE=1 it stops when all of them are checked
	$(BIN)/provenance demo $(if $(ONCE),--once)

# Tests are compiled once for all four, also where the environment says not to keep that.
# `make` and not $(MAKE), with which `make -n test` would run the tests.
test: install  ## run all tests that need only Python, six at a time since many of them wait, and beside them the linters
	@make --no-print-directory lint > .lint.log 2>&1 & lint=$$!; \
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 6 --dist worksteal; tests=$$?; \
	wait $$lint; linted=$$?; \
	if [ $$linted -eq 0 ]; then echo "linters: no findings"; else cat .lint.log; fi; \
	[ $$tests -eq 0 ] && [ $$linted -eq 0 ]

lint: install  ## check style, types, import layers and declared dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: install  ## fix style with ruff
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

debian:  ## install docker-registry, skopeo, redis-server, nginx, caddy and chromium (Debian) for the tests below
	sh deploy/test-packages.sh

test-real: install  ## run the tests against a real docker-registry, skopeo, redis-server, nginx and caddy
	$(BIN)/pytest -n 3 -m 'real and not slow'

test-sentinel: install  ## a real master, replica and three sentinels: the master is killed in the middle of pushes; takes a minute
	$(BIN)/pytest -m chaos tests/store/test_sentinel.py

test-browser: install  ## test the pages in Chromium; their accessibility with axe-core, if npm can get it
	axe=$$(sh deploy/axe.sh) && AXE="$$axe" $(BIN)/pytest -m browser

test-docs: install  ## run each command that README and docs show, in a folder of its own
	$(BIN)/pytest -n 4 -m documents

image:  ## build deploy/Dockerfile with Debian's buildah; IMAGE= names it
	sh deploy/test-tools.sh .tools
	sh deploy/make-image.sh $(or $(IMAGE),localhost/provenance-bot)

test-shipped: install  ## build, install and run what users get: wheel, image, chart, action
	sh deploy/test-tools.sh .tools
	$(BIN)/pytest -m shipped

test-stressed: install  ## run the tests of make test on one core that a busy process shares, three times in a row; RUNS=, BUSY= processes, TESTS=
	$(BIN)/python -m tests.stressed $(if $(RUNS),--runs $(RUNS)) $(if $(BUSY),--busy $(BUSY)) $(TESTS)

test-chaos: install  ## run the slow tests: kill -9, restarts, floods; three at a time, since most of them wait
	$(BIN)/pytest -n 3 --dist worksteal -m 'slow and not chaos'

chaos: install  ## push a thousand images while processes are killed, registries and Slack fail; prints its figures, takes long
	$(BIN)/pytest -s -m chaos tests/chaos

fuzz: install  ## fuzz every reader of outside bytes with Atheris; READERS="bundle sbom", SECONDS= of each (10), INPUTS= at most, JOBS= at a time
	test -e .tools-fuzz/ready || ($(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --target .tools-fuzz -r requirements-fuzz.txt && touch .tools-fuzz/ready)
	PYTHONPATH=.tools-fuzz $(BIN)/python -m tests.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(INPUTS),--inputs $(INPUTS)) $(if $(JOBS),--jobs $(JOBS)) $(READERS)

e2e: install  ## drive the bot in local-slack (npm), over Socket Mode and HTTP, in a network namespace
	sh deploy/e2e.sh

picture: install  ## draw the README's picture of the board, in Chromium, from the demo
	$(BIN)/python -m tests.picture 2>/dev/null

draw-slack: install  ## draw the standard threads as Slack does (npm, Chromium), measure them; pictures in .e2e/drawn
	sh deploy/draw-slack.sh

bench-secrets: install  ## count the secrets found among the test vectors of gitleaks: GITLEAKS=folder of a checkout, MISSED=1 lists the others
	$(BIN)/python -m tests.secret_bench $(GITLEAKS) $(if $(MISSED),--missed)

bench: install  ## measure how fast the bot is (docs/speed.md); one of them: ONLY=releases
	$(BIN)/python -m bench $(ONLY) 2>/dev/null

bench-peers: install  ## install into .tools-bench what some benches compare with: ijson and zizmor
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target .tools-bench ijson==3.6.0 zizmor

docs:  ## build docs/ into site/; a link that leads nowhere is an error
	test -e .tools-docs/ready || ($(PYTHON) -m venv .tools-docs && .tools-docs/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.txt && touch .tools-docs/ready)
	NO_MKDOCS_2_WARNING=1 .tools-docs/bin/mkdocs build --quiet --strict

mutants: install  ## loosen each check and ask whether a test notices; goes on where it stopped; one file: MUTANTS='bot.oci.guard.*'
	-$(BIN)/mutmut run $(MUTANTS)
	$(BIN)/mutmut results | grep -v 'not checked' || true
	$(BIN)/mutmut export-cicd-stats
	cat mutants/mutmut-cicd-stats.json

lock:  ## update requirements*.txt from pyproject.toml (needs uv on PATH)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --all-extras pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --all-extras --group dev pyproject.toml -o requirements-dev.txt
	printf 'hatchling\n' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header -c requirements.txt - -o requirements-build.txt
	printf 'mkdocs-material\n' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header - -o requirements-docs.txt
	printf 'atheris==3.0.0; python_version < "3.12"\natheris>=3.1; python_version >= "3.12"\n' | uv pip compile --quiet --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header - -o requirements-fuzz.txt

clean:
	rm -rf .lint.log .tools .tools-docs .tools-fuzz .tools-bench .fuzz site mutants .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
