# make review | test | long | lock | lint | format | clean: everything lives in .venv, installed from requirements.lock.
PYTHON ?= python3
REVIEW ?= demo
LANGUAGE ?=
VENV := .venv
BIN := $(VENV)/bin
UV = UV_LINK_MODE=copy uv
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: review test long lock lint format catalogue clean
.DELETE_ON_ERROR:

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is wanted, this is " + sys.version.split()[0] + ": call make PYTHON=python3.12, say")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(UV) pip install -q --compile-bytecode --require-hashes --python $(BIN)/python -r requirements.lock
	$(UV) pip install -q --no-deps --no-build-isolation --python $(BIN)/python -e .
	@touch $@

review: $(VENV)/.installed
	@sre-review run $(REVIEW) $(if $(LANGUAGE),--language $(LANGUAGE))

test: $(VENV)/.installed
	python tests/run_suite.py

long: $(VENV)/.installed
	python tests/run_suite.py --long

lint: $(VENV)/.installed
	ruff check . && ruff format --check . && mypy

format: $(VENV)/.installed
	ruff check --fix . ; ruff format .

catalogue: $(VENV)/.installed
	python tests/catalogue.py --update

lock: $(VENV)/.installed
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements.lock
	python tests/environment_file.py --update

clean:
	rm -rf $(VENV) archive reviews dist build
