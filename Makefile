# What people run here. `make demo` and `make test` need Python 3.11+ with pip, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Everything that is downloaded or remembered stays inside the clone.
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTEST_DEBUG_TEMPROOT := $(CURDIR)/.cache/tmp
# Which groups `make tools` builds (empty is all): etcd helm images kubeconform kubernetes kwok
TOOLS ?=
export KUBEBUILDER_ASSETS ?= $(CURDIR)/.tools/bin

.PHONY: help demo test lint tools bench clean

help: ## List the targets.
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "holdfast needs Python 3.11 or newer; set PYTHON=python3.x")'
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	  || { $(PYTHON) -m venv --without-pip --clear $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install -q pip; }

$(VENV)/.run: $(BIN)/python pyproject.toml
	@$(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	@$(BIN)/python -m pip install -q -e '.[test]'
	@touch $@ $(VENV)/.run

$(VENV)/.dev: $(BIN)/python pyproject.toml
	@$(BIN)/python -m pip install -q -e '.[dev]'
	@touch $@ $(VENV)/.test $(VENV)/.run

demo: $(VENV)/.run ## Do the main job on the embedded cluster, command by command.
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo/demo.sh

test: $(VENV)/.test ## Run every test this machine can run.
	@mkdir -p $(PYTEST_DEBUG_TEMPROOT)
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup

lint: $(VENV)/.dev ## Check style, types and floors.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

tools: ## Build the real Kubernetes API server and its company (needs Go).
	@$(PYTHON) tests/tools/build.py $(TOOLS)

bench: $(VENV)/.test ## Print the figures that the docs claim.
	@$(BIN)/python bench/startup.py
	@$(BIN)/python bench/yaml_reading.py
	@$(BIN)/python bench/render.py
	@$(BIN)/python bench/operations.py
	@$(BIN)/python bench/list.py
	@$(BIN)/python bench/diff.py

clean: ## Remove what was built, downloaded and remembered.
	rm -rf $(VENV) .tools .cache .demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
