# `make demo` and `make test` set up everything they need: a virtual environment in .venv.
PYTHON ?= python3
BIN := .venv/bin
OUT ?= out

.PHONY: help demo test test-fast check bench docs clean
help:
	@echo "make demo    install the core and [demo], write a catalogue of made-up songs, run the main job on it"
	@echo "make test    install everything, run all tests (make test-fast: without the slow ones)"
	@echo "make check   lint, types, layers, documents, licences"
	@echo "make bench   the long form of the statistical and kill tests; writes docs/records/"
	@echo "make docs    build the documentation in site/"

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[demo]'
	@touch $@

.venv/dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ .venv/demo

demo: .venv/demo
	@test -d $(OUT)/songs || $(BIN)/rebracket demo $(OUT)/songs --size small
	@$(BIN)/rebracket run $(OUT)/songs $(OUT)/results

test: .venv/dev
	$(BIN)/python -m pytest -n auto -m "slow or not slow"

test-fast: .venv/dev
	$(BIN)/python -m pytest -n auto

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -m habit

bench: .venv/dev
	$(BIN)/python -m benchmarks

docs: .venv/dev
	$(BIN)/mkdocs build --strict

clean:
	rm -rf .venv $(OUT) site build dist
