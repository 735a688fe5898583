# Needs Python 3.10 or later, git and a package index; uv is brought into .venv where it is missing.
# `make PYTHON=python3.13 install` chooses the Python.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Meltano gives each plugin an environment of its own; this holds them to the versions of uv.lock.
export UV_CONSTRAINT := $(CURDIR)/.venv/constraints.txt

.PHONY: install demo run test lint format bench clean

install: .venv/constraints.txt

.venv/constraints.txt: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@uv sync --quiet --locked --all-extras
	@uv export --quiet --locked --all-extras --all-groups --no-emit-project --no-hashes > $@.new
	@mv $@.new $@

demo: install
	@$(BIN)/python -m pipeline.demo

run: install
	@$(BIN)/python -m pipeline.run

# In two processes; each file's tests run in one of them, or in the group that a mark names.
test: install
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: install
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: install
	@$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .meltano
