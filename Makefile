# Every target sets up what it needs; .venv is the environment.

VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
DEMO ?= challenges/wat/scalar challenges/python challenges/mlir/healing

.PHONY: help demo test self-check lint types docs bench clean

help:
	@echo "make demo        some challenges against the built-in models, ending in a scoreboard"
	@echo "make test        the tests, and the self-check of every challenge"
	@echo "make lint types  ruff, import-linter, mypy"
	@echo "make docs        the documentation, into site/"
	@echo "make bench       what is measured, into benchmarks/RESULTS.md"

$(VENV)/.installed: pyproject.toml tools/setup.sh tools/install-system-packages.sh
	bash tools/setup.sh

demo: $(VENV)/.installed
	$(BIN)/pytest $(DEMO) --llm-model=reference,rejects -n $(JOBS) --llm-fail-under=0 -q --tb=no -r N

test: $(VENV)/.installed self-check
	$(BIN)/pytest -n $(JOBS) -q --durations=60 --durations-min=3

self-check: $(VENV)/.installed
	$(BIN)/pytest challenges --llm-self-check -n $(JOBS) -q

lint: $(VENV)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(VENV)/.installed
	$(BIN)/mypy

docs: $(VENV)/.installed
	$(BIN)/mkdocs build --strict --quiet

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .llmgen site dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
