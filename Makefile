# The two commands on a fresh machine are `make run` and `make test`; everything else serves them.
PYTHON := $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
PORT ?= 4010

.PHONY: help run test lint types unit fuzz fuzz-parser kills bench bench-serve specs lifecycle clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

.venv/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 or newer is needed; install it and try again" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: .venv/installed  ## serve a mock of the bundled elastic.io v1 documents (PORT=4010)
	@$(BIN)/slatemock serve specs/elastic-io-v1 --port $(PORT)

test: lint types unit  ## everything that CI runs

lint: .venv/installed  ## style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/installed  ## types, strict
	$(BIN)/mypy

unit: .venv/installed  ## tests: rooms, scenarios, scores, specs, README commands, a short Schemathesis run
	$(BIN)/pytest -rs

fuzz: .venv/installed  ## all phases of Schemathesis against the mock of every spec (minutes)
	$(BIN)/pytest -m long tests/test_noise_floor.py

fuzz-parser: .venv/installed  ## thousands of random, damaged and hostile documents through the parser (minutes)
	$(BIN)/pytest -m long tests/doc_parser

kills: .venv/installed  ## a hundred times SIGKILL in mid-write, and nothing acknowledged is lost (minutes)
	$(BIN)/pytest -m long tests/mockserver/test_kills.py

bench: .venv/installed  ## what reading documents costs, as a multiple of markdown-it-py's own parse
	$(BIN)/python benchmarks/parsing.py

lifecycle: .venv/installed  ## the life of a record on every collection of real documents: what breaks first
	$(BIN)/python benchmarks/lifecycle.py

bench-serve: .venv/installed  ## what serving costs beside Prism, Mockoon, json-server and plain Starlette (minutes; SOURCE=documents)
	$(BIN)/python benchmarks/serve.py $(if $(SOURCE),--source $(SOURCE))

specs: .venv/installed  ## write specs/*/openapi.yaml anew
	@for each in specs/*/; do $(BIN)/slatemock build $$each -o $${each}openapi.yaml; done

clean:  ## remove what the targets made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
