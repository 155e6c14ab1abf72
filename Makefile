# make review | test | long | accuracy | benchmark | audit | lock | lint | format | clean: everything lives in .venv, installed from
# requirements.lock; the methods that we are measured against live in .peers.
PYTHON ?= python3
REVIEW ?= demo
LANGUAGE ?=
VENV := .venv
BIN := $(VENV)/bin
PEERS := .peers
PEERS_PYTHON ?= $(PYTHON)
DATA ?= $(LABELLED_SERIES)
SCORER ?=
UV = UV_LINK_MODE=copy uv
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: review test long accuracy benchmark peers audit lock lint format catalogue clean
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

$(PEERS)/.installed: tests/accuracy/peers.lock | $(VENV)/.installed
	@$(PEERS_PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13) and "The peers want Python 3.11 or 3.12, this is " + sys.version.split()[0] + ": call make PEERS_PYTHON=python3.12, say")'
	@test -x $(PEERS)/venv/bin/python || $(PEERS_PYTHON) -m venv $(PEERS)/venv
	$(UV) pip sync -q --require-hashes --python $(PEERS)/venv/bin/python tests/accuracy/peers.lock
	@touch $@

peers: $(PEERS)/.installed

accuracy: $(VENV)/.installed $(PEERS)/.installed
	@OPENBLAS_NUM_THREADS=1 DATA='$(DATA)' SCORER='$(SCORER)' python -B -m tests.accuracy

long: $(VENV)/.installed $(PEERS)/.installed
	python tests/run_suite.py --long

# --strict: a package that could not be looked up fails it, so that "no known vulnerabilities" was really asked.
audit: $(VENV)/.installed
	@pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict --progress-spinner off

benchmark: $(VENV)/.installed $(PEERS)/.installed
	@OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks

lint: $(VENV)/.installed
	ruff check . && ruff format --check . && mypy

format: $(VENV)/.installed
	ruff check --fix . ; ruff format .

catalogue: $(VENV)/.installed
	python tests/catalogue.py --update

lock: $(VENV)/.installed
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements.lock
	python tests/environment_file.py --update
	$(UV) pip compile tests/accuracy/peers.in --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o tests/accuracy/peers.lock

clean:
	rm -rf $(VENV) $(PEERS) archive reviews dist build
