# Tocsin: `make run` to use it, `make test` to check it. `make help` lists the rest.

.DEFAULT_GOAL := help
.PHONY: help run install test lint lock reference bench clean distclean

SERVE ?= 1
BROWSER ?= 1
BASE := .venv
TEST := .venv-test

# What a person's shell sets for another Python must not reach ours.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
ifdef PORT
export TOCSIN_PORT := $(PORT)
endif

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

run: install ## install, refresh from the bundled snapshot, serve the desk (SERVE=0: end after the screen; PORT=8000)
	@$(BASE)/bin/tocsin start $(if $(filter 0,$(SERVE)),--no-serve)

install: ## create .venv with the locked requirements and this checkout
	@python=$$(sh tools/find_python.sh) && "$$python" tools/install.py $(BASE) requirements/base.txt

test: install ## run the whole suite (BROWSER=0 leaves the browser tests out and says so)
	@python=$$(sh tools/find_python.sh) && "$$python" tools/install.py $(TEST) requirements/dev.txt
	@$(TEST)/bin/python tools/run_tests.py $(if $(filter 0,$(BROWSER)),--no-browser)

lint: ## check style, layers and spelling only (needs one `make test` before)
	@$(TEST)/bin/ruff check . && $(TEST)/bin/ruff format --check . && $(TEST)/bin/lint-imports && $(TEST)/bin/codespell

reference: install ## write the pages made from code and catalogue anew: docs/reference, docs/explain/process.md
	@$(BASE)/bin/python tools/write_reference.py
	@$(BASE)/bin/python tools/write_directive.py

lock: ## resolve the requirements anew (needs uv and the network)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --extra source -o requirements/base.txt --upgrade
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --extra source --extra dev -c requirements/base.txt -o requirements/dev.txt --upgrade

bench: ## measure a fresh installation: seconds and megabytes
	@sh benchmarks/install.sh

clean: ## remove what tests and builds leave behind
	rm -rf build dist test-results .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache .coverage
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove the virtual environments too; your data in var/ stays
	rm -rf $(BASE) $(TEST)
