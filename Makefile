# Everything a person does with this checkout. `make` alone lists it.
#
#   VENV=DIR     the virtual environment        (default .venv; made on first use)
#   PYTHON=EXE   what makes it, 3.11 or newer   (default python3)
#   BOT=FILE     the bot to chat with           (default configs/customer_service.yaml)
#   ARGS=...     more arguments for pytest      (default none)

VENV ?= .venv
PYTHON ?= python3
BOT ?= configs/customer_service.yaml
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt
DECLARED := pyproject.toml constraints.txt
RASA_SDK := $(VENV)-rasa-sdk

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.PHONY: help chat test lint bench docs clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

chat: $(VENV)/.light  ## talk to a bot in the terminal (BOT=path/to/bot.yaml for another one)
	@$(BIN)/dialog-core chat $(BOT)

test: $(VENV)/.full $(RASA_SDK)/.ready  ## run every test, slow ones included (ARGS='-m "not slow"' to leave them out)
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(VENV)/.full  ## check style, format, types and import direction, and that the docs build
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zensical build --clean --strict

bench: $(VENV)/.full  ## run the benchmarks
	$(BIN)/python -m benchmarks

docs: $(VENV)/.full  ## build the documentation into site/, its reference made anew from the code
	$(BIN)/python docs/generate_reference.py
	$(BIN)/zensical build --clean --strict
	@echo "Open site/index.html"

clean:  ## remove caches and build products (the environments stay: rm -r .venv .venv-rasa-sdk removes them)
	rm -rf build dist site .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './.*' -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# --- The environment --------------------------------------------------------------------------------------------------
# Two stamps say what is installed, so that the second `make chat` starts at once. A full install is a light one too;
# a light one is never laid over a full one that is up to date.

$(VENV)/.light: $(DECLARED) | $(BIN)/python
	@echo "Installing dialog-core with rules and BM25 into $(VENV) (some ten seconds, once) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.full: $(DECLARED) | $(BIN)/python
	@echo "Installing dialog-core with every extra and the developer tools into $(VENV) (2.5 GB, some minutes, once) ..."
	@$(PIP) --editable '.[all,dev]'
	@touch $(VENV)/.light $@

# Rasa's SDK needs other versions of what is in the environment than we do, and so has one of its own. It is for tests of
# action servers only: where it cannot be installed, they are skipped.

$(RASA_SDK)/.ready: constraints-rasa-sdk.txt | $(BIN)/python
	@echo "Installing Rasa's SDK, for tests of action servers, into $(RASA_SDK) (half a minute, once) ..."
	@rm -rf $(RASA_SDK)
	@$(BIN)/python -m venv $(RASA_SDK) && $(RASA_SDK)/bin/python -m pip install -qq --disable-pip-version-check \
		--retries 1 --constraint constraints-rasa-sdk.txt rasa-sdk && touch $@ || \
		echo "It could not be installed: tests of action servers will be skipped." >&2

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "dialog-core needs Python 3.11 or newer, but $(PYTHON) is: $$($(PYTHON) --version 2>&1 || true)" >&2; \
		echo "Name a newer one, for example: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making the virtual environment $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)
