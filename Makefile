# The commands of this project. `make help` lists them; each works from a clean clone.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
PIP := $(UV) pip install --quiet --python $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: evaluate robustness evaluate-pages faults fuzz help install install-dev ingest up test test-operation test-spark lint format lock dictionary clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

ingest: install ## Turn the seeds into a lake: newslake ingest seeds/
	@$(BIN)/newslake ingest seeds/

up: install ## Start server, worker and all deployments on this machine; Ctrl-C stops them
	@$(BIN)/newslake up

test: install-dev ## Run the test suite (what CI runs)
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-operation: install-dev ## Run the test of a whole installation: server, worker, deployments (some ten minutes)
	@$(BIN)/python -m pytest -m operation

test-spark: .venv/installed-spark ## Read the lake with Spark (needs Java; installs 450 MB)
	@$(BIN)/python -m pytest -m spark

lint: install-dev ## Check style and types
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

format: install-dev ## Put every file into the project's format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

install: .venv/installed ## Make .venv and install what running needs, by hash

install-dev: .venv/installed-dev ## Install what tests need as well

# uv comes first and from the lock itself, checked by pip against the same hashes.
$(UV): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Newslake needs Python 3.11 or later; try: make PYTHON=python3.11 $(MAKECMDGOALS)")'
	@$(PYTHON) -m venv .venv
	@awk '/^uv==/ { found = 1 } found { print } found && !/\\$$/ { exit }' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.txt
	@touch $(UV)

.venv/installed: $(UV) requirements.txt pyproject.toml
	@echo "Installing Newslake into .venv (once; about a minute)"
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --require-hashes --only-binary :all: -r requirements-fast.txt \
		|| echo "numba has no wheel for this machine: annotation will be slower, and nothing else differs"
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

.venv/installed-spark: .venv/installed-dev requirements-spark.txt
	@$(PIP) --require-hashes -r requirements-spark.txt
	@touch $@

LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: install ## Lock the dependencies anew, with hashes
	@$(LOCK) --group install pyproject.toml -o requirements.txt
	@$(LOCK) --group pyproject.toml:fast -c requirements.txt -o requirements-fast.txt
	@$(LOCK) --group install --group dev --group fast --all-extras -c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(LOCK) --group pyproject.toml:spark -c requirements-dev.txt -o requirements-spark.txt

dictionary: install ## Write docs/data-dictionary.md from the records
	@$(BIN)/newslake dictionary > docs/data-dictionary.md

evaluate-pages: install-dev ## Clean pages with known truth beside trafilatura: make evaluate-pages PAGES=DIR [OUT=FILE]
	@$(BIN)/python -m benchmarks.pages $(or $(PAGES),$(error say where the pages are: make evaluate-pages PAGES=DIR)) \
		--out $(or $(OUT),predictions.jsonl) --beside

evaluate: install-dev ## Score the annotators: make evaluate GOLD=DIR [SPLIT=dev] [OUT=DIR] [DOCS=docs/accuracy.md]
	@$(BIN)/python -m benchmarks.accuracy $(or $(GOLD),$(error say where the gold is: make evaluate GOLD=DIR)) \
		--split $(or $(SPLIT),dev) $(if $(OUT),--out $(OUT)) $(if $(DOCS),--docs $(DOCS))

robustness: install-dev ## What missing quotation marks cost the quotes: make robustness GOLD=DIR [SPLIT=dev] [SEED=1]
	@$(BIN)/python -m benchmarks.robustness $(or $(GOLD),$(error say where the gold is: make robustness GOLD=DIR)) \
		--split $(or $(SPLIT),dev) --seed $(or $(SEED),1)

faults: install-dev ## Kill writers 100 times at every step and fill the disk; prints the table
	@$(BIN)/python -m pytest -m faults tests
	@$(BIN)/python -m benchmarks.faults --kills 100

fuzz: install-dev ## Damage 10,000 feeds and 10,000 pages at random (about half an hour); PAGES=DIR holds other pages
	@$(BIN)/python -m benchmarks.fuzz_feeds --count 10000
	@$(BIN)/python -m benchmarks.fuzz_pages $(or $(PAGES),seeds/collection) --count 10000

clean: ## Remove what was installed; the lake stays
	@rm -rf .venv .mypy_cache .ruff_cache .hypothesis
