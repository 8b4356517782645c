# `make demo` and `make test` need nothing but Python 3.11 or later, and a first
# connection to a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Installed once, and again whenever what must be installed changes.
STAMP := $(VENV)/installed

.PHONY: demo test check audit sbom lock clean docs install screenshots
.PHONY: check-style check-types check-imports check-security check-packs

demo: $(STAMP)
	$(BIN)/motbild demo

# One process more than there are cores: many tests wait for processes that they began.
test: $(STAMP)
	$(BIN)/pytest --dist loadfile --no-loadscope-reorder \
		-n $$($(BIN)/python -c 'import os; print(len(os.sched_getaffinity(0)) + 1)')

# `make --jobs 2 check` where there are two cores.
check: check-style check-types check-imports check-security check-packs

check-style: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(STAMP)
	$(BIN)/mypy

check-imports: $(STAMP)
	$(BIN)/lint-imports

check-security: $(STAMP)
	$(BIN)/bandit -q -c pyproject.toml -r src flows models

check-packs: $(STAMP)
	$(BIN)/motbild pack check > /dev/null

# Known weaknesses of what is installed. Asks a service over the network, so it is no part of
# `check`; where there is none it fails and says so.
audit: $(STAMP)
	$(BIN)/pip-audit --requirement .ci/locked.txt --disable-pip --require-hashes \
		--vulnerability-service osv --progress-spinner off

# What is installed, as CycloneDX 1.6.
sbom: $(STAMP)
	mkdir -p dist
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --validate \
		--output-format JSON --output-file dist/sbom.cdx.json $(BIN)/python

# After a change of the requirements in pyproject.toml.
lock: $(STAMP)
	$(BIN)/python .ci/lock.py

docs: $(STAMP)
	$(BIN)/motbild describe > docs/data-dictionary.md

screenshots: $(STAMP)
	PYTHONPATH=. $(BIN)/python tests/browser/screenshots.py --output docs/screenshots

install: $(STAMP)

# Not compiled: of 25 000 files few are ever imported, and those are compiled then. torch first and
# by version, so that a CPU build is kept, or what the plain wheel needs comes along.
$(STAMP): pyproject.toml .ci/locked.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Motbild needs Python 3.11 or later.")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps \
		--require-hashes --requirement .ci/locked.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
