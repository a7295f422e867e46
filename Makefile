# Needs GNU make and Python 3.11 or newer; everything else is installed into this folder.
# `make` alone lists the targets.

PRESET ?= small
SEED ?= 42
PORT ?= 3000
ROUNDS ?= 5
# what `make realism` generates and measures: names with presets, and seeds
REALISM ?= bronze/small bronze/medium bronze/large marketplace/small marketplace/medium
SEEDS ?= 42 7 1 2026 987654321
# more arguments: of `synth generate` (generate-data), of pytest (test, torture), of bench.py (bench); names (proof)
ARGS ?=

UV_VERSION := 0.13.8
PYTHONS := $(PYTHON) python3 python3.13 python3.12 python3.14 python3.11 python

UV := .uv/bin/uv
UV_READY := .uv/ready-$(UV_VERSION)
BIN := .venv/bin
RUNTIME := .venv/ready-runtime
DEV := .venv/ready-dev
PEERS := .venv-bench/ready

# Dagster's history stays in the project, so that `make dev` shows what `make materialize` did.
DAGSTER_HOME ?= $(CURDIR)/.dagster_home
export DAGSTER_HOME
export DAGSTER_DISABLE_TELEMETRY := 1
export UV_PYTHON_DOWNLOADS := never
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
unexport VIRTUAL_ENV UV_PROJECT_ENVIRONMENT

# Compiled at once, since an environment may forbid Python to keep what it compiles, and then each process does it again.
SYNC := $(UV) sync --frozen --quiet --compile-bytecode --no-default-groups --group checkout --python .uv/bin/python

# `dagster asset materialize` warns that `dg launch` supersedes it (a tool that only developers install),
# and logs every engine event at DEBUG.
QUIET_WARNINGS := ignore:Function `asset_materialize_command`,ignore:Parameter `include_sources`
QUIET_LOG := {"loggers": {"console": {"config": {"log_level": "INFO"}}}}

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup materialize test lint dev generate-data load-data bench bench-check realism torture proof release-check docs look pictures clean

help: ## list the targets
	@echo 'make TARGET [PRESET=$(PRESET)] [SEED=$(SEED)] [ARGS=…]'
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

setup: $(DEV) ## install everything, developers' tools too, into .venv

materialize: $(RUNTIME) .dagster_home/dagster.yaml ## bronze PRESET|SEED through Dagster into Parquet, CSV and DuckDB
	@$(BIN)/synth plan bronze --partition '$(PRESET)|$(SEED)' >/dev/null
	@echo 'Materialising bronze $(PRESET)|$(SEED) …'
	@PYTHONWARNINGS='$(QUIET_WARNINGS)' $(BIN)/dagster asset materialize -m synth_assets.definitions \
	    --select 'group:bronze' --partition '$(PRESET)|$(SEED)' --config-json '$(QUIET_LOG)'
	@echo
	@$(BIN)/synth where bronze --partition '$(PRESET)|$(SEED)'
	@echo 'See assets, checks and plots in the browser:  make dev'

test: $(DEV) ## lint, types, layers and every test; nothing may be skipped
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m compileall -q synth_assets synth_assets_tests
	$(BIN)/pytest --numprocesses=auto --forbid-skips $(ARGS)

lint: $(DEV) ## the lock file, ruff, pyright, import-linter
	$(UV) lock --check --quiet
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-cache

dev: $(RUNTIME) .dagster_home/dagster.yaml ## Dagster's UI and daemon on http://127.0.0.1:PORT
	$(BIN)/dagster dev --host 127.0.0.1 --port $(PORT)

generate-data: $(RUNTIME) ## bronze PRESET, SEED without Dagster: synth generate bronze ARGS
	$(BIN)/synth generate bronze --preset '$(PRESET)' --seed '$(SEED)' $(ARGS)

load-data: $(RUNTIME) ## bronze PRESET, SEED into PostgreSQL (SYNTH_PG_URL, or a server of the project's own): synth load bronze ARGS
	$(BIN)/synth load bronze --preset '$(PRESET)' --seed '$(SEED)' $(ARGS)

bench: $(DEV) $(PEERS) ## measure against the peers and write docs/benchmarks.md
	$(BIN)/python benchmarks/bench.py --rounds $(ROUNDS) --peers .venv-bench/bin $(ARGS)

bench-check: $(DEV) $(PEERS) ## fail if a ratio of docs/benchmarks.md is worse by a fifth
	$(BIN)/python benchmarks/bench.py --check --rounds $(ROUNDS) --peers .venv-bench/bin $(ARGS)

realism: $(DEV) ## docs/realism.md's figures of REALISM (bronze/medium …) with SEEDS, against public statistics
	@out=''; for of in $(REALISM); do for seed in $(SEEDS); do \
	    folder="$$(mktemp -d)"; \
	    $(BIN)/synth generate "$${of%/*}" --preset "$${of#*/}" --seed "$$seed" --format parquet --layout hive --quiet \
	        --output-dir "$$folder/$$of-$$seed" >/dev/null \
	        && $(BIN)/python -m benchmarks.realism "$$folder/$$of-$$seed" || out="$$out $$of-$$seed"; \
	    rm -rf "$$folder"; \
	done; done; \
	if [ -n "$$out" ]; then echo "Not as promised:$$out" >&2; exit 1; fi

torture: $(DEV) ## kill -9, full disks, races and 10,000 damaged copies, in long rounds
	$(BIN)/pytest -m torture --forbid-skips --timeout=0 $(ARGS)

proof: $(DEV) ## our change data beside foreign tools: every script of proof/, or those that ARGS names
	@failed=''; for name in $(or $(ARGS),$(basename $(notdir $(wildcard proof/*.py)))); do \
	    echo "proof/$$name.py"; $(UV) run --quiet --locked --script "proof/$$name.py" || failed="$$failed $$name"; \
	done; \
	if [ -n "$$failed" ]; then echo "Not proved:$$failed" >&2; exit 1; fi

release-check: $(DEV) ## wheel and sdist in empty environments: every Python here, oldest and newest libraries, other clocks
	$(BIN)/python scripts/check_release.py $(ARGS)

docs: $(DEV) ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo 'site/index.html'

# A browser's driver is locked beside the script; the browser is the system's (Debian and Ubuntu: apt install chromium).
BROWSE := $(UV) run --frozen --quiet --python .uv/bin/python --script scripts/browse.py

look: docs ## pictures of every page in .look/, wide and on a phone, light and dark; fails on what scrolls sideways
	@$(BROWSE) site .look $(ARGS)

pictures: $(DEV) ## pages and pictures of the documentation that scripts make; Dagster's take ten minutes
	$(BIN)/python scripts/make_domain_docs.py
	$(BIN)/python scripts/make_home_picture.py
	$(BIN)/python scripts/make_realism_pictures.py
	$(BROWSE) dagster
	$(BROWSE) serve

clean: ## remove what make installed and built; data/ and Dagster's history stay
	rm -rf .venv .venv-bench .uv site .look .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# Installing. Each stamp is newer than what it was made from, so a second run costs nothing.

$(UV_READY):
	@set -e; for python in $(PYTHONS); do \
	    if "$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
	        >/dev/null 2>&1; then \
	        echo "Setting up with $$("$$python" --version) …"; \
	        rm -rf .uv .venv; "$$python" -m venv .uv; \
	        .uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'; \
	        touch $@; exit 0; \
	    fi; \
	done; \
	echo 'No usable Python found: 3.11 to 3.14 with its venv module is needed (tried: $(strip $(PYTHONS))).' >&2; \
	echo '  Install one (Debian and Ubuntu: python3 and python3-venv), or name it: make PYTHON=/path/to/python3' >&2; \
	exit 1

$(RUNTIME): pyproject.toml uv.lock $(UV_READY)
	@echo 'Installing the packages of uv.lock …'
	@$(SYNC) --inexact
	@touch $@

$(DEV): pyproject.toml uv.lock $(UV_READY)
	@echo 'Installing the packages of uv.lock, with the developers'\'' tools …'
	@$(SYNC) --group dev
	@touch $(RUNTIME) $@

$(PEERS): pyproject.toml uv.lock $(UV_READY)
	@echo 'Installing the peers to measure against …'
	@UV_PROJECT_ENVIRONMENT=.venv-bench $(UV) sync --frozen --quiet --only-group bench --python .uv/bin/python
	@touch $@

.dagster_home/dagster.yaml:
	@mkdir -p .dagster_home
	@printf 'telemetry:\n  enabled: false\nnux:\n  enabled: false\n' > $@
