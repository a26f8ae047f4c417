# The few commands of this repository. Everything that they need goes into .venv, from the lock files, with hashes.

PYTHON ?= python3
OUT ?= site
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --upgrade
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help site gallery serve test lint faults fuzz hostile bench bench-all lock docs strings translations pictures clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

site: $(VENV)/.site ## Build the example site into site/; AS_OF=<time or commit> shows it as it was, NOW=<time> sets the clock.
	$(BIN)/onrecord build --out "$(OUT)" $(if $(AS_OF),--as-of "$(AS_OF)") $(if $(NOW),--now "$(NOW)")

gallery: $(VENV)/.site ## Build the site with gallery/, every component of the interface in every state.
	$(BIN)/onrecord build --out "$(OUT)" --gallery

serve: $(VENV)/.site ## Show the site on this machine, with live reload.
	$(BIN)/onrecord serve

test: $(VENV)/.dev ## Run all tests; those in a browser are skipped where there is no Chromium.
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup

lint: $(VENV)/.dev ## Check style, types and workflows.
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/jactionlint --shellcheck= --strict-exit
	$(BIN)/zizmor --offline --strict-collection --quiet .github

faults: $(VENV)/.dev ## Stop and refuse every verb at every step on the disk, and look what became of it; SCENES="'next build'" for some; an hour.
	cd tests && ../$(BIN)/python -m faulty.walk $(SCENES)

fuzz: $(VENV)/.dev ## Throw mutated files at every reader; SECONDS_OF_IT=600 for longer, SEED=2 for others.
	cd tests && ../$(BIN)/python -m fuzzing.loop --seconds $(or $(SECONDS_OF_IT),60) --seed $(or $(SEED),1)

hostile: $(VENV)/.dev ## Build a site made of attacks into OUT (a folder that is not there yet), read every file of it and walk every page in a browser.
	cd tests && ../$(BIN)/python -m hostile.plant "$(abspath $(OUT))"

bench: $(VENV)/.dev ## Compare speed and memory with plain MkDocs on the same texts.
	$(BIN)/python benchmarks/compare_build.py

bench-all: $(VENV)/.dev ## Run every benchmark on a quiet machine, and write the figures into docs/benchmarks.md.
	$(BIN)/python benchmarks/all.py --write docs/benchmarks.md

docs: $(VENV)/.dev ## Write the tables in docs/ anew, from the code, and build the manual into site-docs/.
	$(BIN)/python -m pytest -q tests/test_docs.py --refresh-golden
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --config-file docs.yml
	@echo "The manual is in site-docs/. To read it:  python3 -m http.server --directory site-docs"

strings: $(VENV)/.dev ## Collect the strings of the interface for translators.
	cd generator/onrecord && ../../$(BIN)/pybabel -q extract --omit-header --no-location --sort-output \
		--mapping-file locale/babel.cfg --output-file locale/onrecord.pot .

translations: $(VENV)/.site ## Say how complete each translation of the interface is, and what it lacks.
	$(BIN)/python -m onrecord.templating.catalogues

pictures: $(VENV)/.dev ## Take the pictures of the README anew, from real pages.
	cd tests && ../$(BIN)/python -m pictures

lock: $(VENV)/.dev ## Choose the newest versions that pyproject.toml allows, and pin them.
	$(INSTALL) --require-hashes --requirement requirements-ci.lock
	$(COMPILE) --group ci --output-file requirements-ci.lock
	$(COMPILE) pyproject.toml --group build --extra diagrams --output-file requirements.lock
	$(COMPILE) pyproject.toml --group build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove what the commands above made.
	rm -rf $(VENV) .cache .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV)/.site: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.site requirements-dev.lock
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@touch $@
