# Everything that is done to this checkout, by name. `make` alone lists it.
#
# Nothing outside the checkout is changed but the cache of the Pulumi engine (tools/engine.py says where).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# The first python3 that is new enough; `make setup PYTHON=…` takes another one.
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(p) -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(p))))

# What is checked. Rooms that are designed and not there yet are left out.
SOURCES := $(wildcard provider emulator tools tests benchmarks examples)
TYPED := $(wildcard provider/ivs_provider emulator/ivs_emulator tools tests benchmarks)
# Tests run in this many processes; the machine that the time limits are meant for has two cores.
JOBS ?= 2
# More words for pytest: `make unit ARGS='-k stage -x'`.
ARGS ?=

# Set-up prints on stderr: what a target prints on stdout is its own.
say = @printf '==> %s\n' "$(1)" >&2

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# --- Set-up: each part leaves a stamp, and is skipped while the stamp is newer than what it was made from -----------

.PHONY: setup
setup: $(VENV)/.package engine ## Make .venv, install what is pinned, find or build the Pulumi engine

# An interpreter that went away (or a half-made .venv) is made again from nothing.
ifneq ($(wildcard $(VENV)/.python),)
ifneq ($(shell $(BIN)/python -c 'import pip; print(1)' 2>/dev/null),1)
$(shell rm -f $(VENV)/.python)
endif
endif

$(VENV)/.python:
	@if [ -z "$(PYTHON)" ]; then \
		echo 'No Python 3.11 or newer with its venv module found. Install one (Debian: python3 and python3-venv),' \
			'or name it: make setup PYTHON=/path/to/python3' >&2; exit 1; fi
	$(call say,making $(VENV) with $$($(PYTHON) --version))
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.dependencies: constraints.txt $(VENV)/.python
	$(call say,installing what constraints.txt pins (a minute or so))
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@touch $@

$(VENV)/.package: pyproject.toml $(VENV)/.dependencies | README.md
	$(call say,installing this checkout)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: engine
engine: $(VENV)/.python ## Find the Pulumi engine, or build it (once, about 5 minutes on 2 cores)
	@$(BIN)/python tools/engine.py

# --- What a person does ---------------------------------------------------------------------------------------------

.PHONY: demo
demo: setup ## The whole story on the screen: preview, up, drift, repair, destroy; no AWS account
	@$(BIN)/python tools/demo.py

.PHONY: test
test: setup lint types layers fresh pytest ## Every check and every test

# --- The checks, one by one -----------------------------------------------------------------------------------------

.PHONY: lint
lint: $(VENV)/.package ## Style and formatting
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/ruff format --quiet --check $(SOURCES) || { echo 'not formatted: make format' >&2; exit 1; }

.PHONY: types
types: $(VENV)/.package ## Types (mypy strict)
	@$(BIN)/mypy --no-error-summary $(TYPED)

.PHONY: layers
layers: $(VENV)/.package ## Who may import whom
	@told=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$told"; exit 1; }

.PHONY: fresh
fresh: $(VENV)/.package ## Are the generated files what they are generated from?
	@if [ -e tools/generate.py ]; then $(BIN)/python tools/generate.py --check; fi

.PHONY: unit
unit: $(VENV)/.package ## The tests that need no engine, without coverage (ARGS='-k name')
	@$(BIN)/pytest -m 'not engine' $(ARGS)

.PHONY: pytest
pytest: setup ## All tests, with coverage and its floors
	@mkdir -p build
	@$(BIN)/pytest -n $(JOBS) --cov --cov-report= $(ARGS)
	@$(BIN)/coverage json --quiet -o build/coverage.json
	@$(BIN)/python tools/coverage_floors.py build/coverage.json

# --- Upkeep ---------------------------------------------------------------------------------------------------------

.PHONY: format
format: $(VENV)/.package ## Format, and repair what the linter can repair
	@$(BIN)/ruff check --quiet --fix-only $(SOURCES)
	@$(BIN)/ruff format --quiet $(SOURCES)

.PHONY: generate
generate: $(VENV)/.package ## Generate what is generated
	@$(BIN)/python tools/generate.py

.PHONY: bench
bench: setup ## The figures in the docs
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: campaign
campaign: $(VENV)/.package ## Ten thousand drawn faults and crashes for each front end, engine and ivs (long; ARGS=--help)
	@$(BIN)/python -m tests.faults.campaign --jobs $(JOBS) $(ARGS)

.PHONY: lock
lock: $(VENV)/.package ## Pin everything anew, with hashes, from pyproject.toml (ARGS=--upgrade for newer ones)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group dev $(ARGS) \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
		pyproject.toml -o constraints.txt

.PHONY: clean
clean: ## Remove what make made here (the engine's cache stays)
	@rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find provider emulator tools tests -name __pycache__ -type d -prune -exec rm -rf {} +
