# Requires Python 3.10 or later, git and a package index; uv is installed into .venv if it is missing.
# `make PYTHON=python3.13 install` chooses the Python.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Meltano installs each plugin into its own environment; this holds them to the versions in uv.lock.
export UV_CONSTRAINT := $(CURDIR)/.venv/constraints.txt

.PHONY: install demo run test test-quick lint format docs docs-check docs-site bench clean

install: .venv/tools

# What the pipeline needs. --inexact keeps the tools below where they are installed already.
.venv/constraints.txt: pyproject.toml uv.lock
	@echo "Installing the tap, Meltano and PostgreSQL into .venv (about 10 seconds the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@uv sync --quiet --locked --inexact --no-default-groups --group pipeline --extra metrics
	@uv export --quiet --locked --all-extras --all-groups --no-emit-project --no-hashes > $@.new
	@mv $@.new $@

# Everything else. Tests start the tap hundreds of times, so compiling its packages once pays off;
# the demo alone would start later.
.venv/tools: .venv/constraints.txt
	@echo "Installing the test and lint tools into .venv (about 10 seconds the first time)"
	@UV_COMPILE_BYTECODE=1 uv sync --quiet --locked --all-extras
	@touch $@

demo: .venv/constraints.txt
	@$(BIN)/python -m pipeline.demo

run: .venv/constraints.txt
	@$(BIN)/python -m pipeline.run

# In two processes; each file's tests run in one of them, or in the group that a mark names.
test: install
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

# What needs neither a simulator nor a database: values, decoding, dates, lists, reports, settings.
test-quick: install
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not live and not slow" tests/tap

lint: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m docs.generator --check

format: install
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Writes everything that is generated: tables of pages, plugin.yaml, meltano.yml, .env.example.
docs: install
	@$(BIN)/python -m docs.generator

docs-check: install
	@$(BIN)/python -m docs.generator --check

# Builds the documentation site into docs/_site; needs Python 3.11 or later.
docs-site: install
	@$(BIN)/python -m docs.site

bench: install
	@$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .meltano
