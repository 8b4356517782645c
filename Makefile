# `make demo` and `make test` need nothing but Python 3.11 or later, and a first
# connection to a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Installed once, and again whenever what must be installed changes.
STAMP := $(VENV)/installed

.PHONY: demo test check clean docs install screenshots

demo: $(STAMP)
	$(BIN)/motbild demo

test: $(STAMP)
	$(BIN)/pytest -n logical --dist loadfile

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/motbild pack check > /dev/null

docs: $(STAMP)
	$(BIN)/motbild describe > docs/data-dictionary.md

screenshots: $(STAMP)
	PYTHONPATH=. $(BIN)/python tests/browser/screenshots.py --output docs/screenshots

install: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Motbild needs Python 3.11 or later.")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
