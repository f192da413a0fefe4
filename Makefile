.DEFAULT_GOAL := help
.PHONY: help demo test services bench quality test-platform clean

# The first Python that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for python in python3 python3.12 python3.11 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1:8000
WORKERS ?= 2
APPS := openedx_bridge mastery_exam micromasters_pathway paid_certificate credit_transfer

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  make demo COURSE=path    the same, with an exam made of an OLX folder or .tar.gz that Studio exported"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Install it, or say where it is: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11. Say where a newer one is: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/.sandbox: setup.py requirements/sandbox.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e . -r requirements/sandbox.txt
	@touch $@

$(VENV)/.test: setup.py requirements/sandbox.txt requirements/test.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e . -r requirements/test.txt
	@touch $@

$(VENV)/.quality: setup.py requirements/sandbox.txt requirements/test.txt requirements/quality.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e . -r requirements/quality.txt
	@touch $@

demo: $(VENV)/.sandbox  ## Serve a small LMS and Studio with a demo exam on http://127.0.0.1:8000
	@SUITE_ROOT_URL=http://$(ADDRESS) $(BIN)/python manage.py demo $(ADDRESS) $(if $(COURSE),--course "$(COURSE)")

test: $(VENV)/.test  ## Run every test that can run on this machine; what is skipped is named with the reason
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)
	@$(if $(ARGS),,$(BIN)/python tests/with_services.py)

services: $(VENV)/.test  ## Install the drivers with which SUITE_TEST_DB=mysql or postgres runs the tests on those databases
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/services.txt

bench: $(VENV)/.test  ## Run the benchmarks; each prints a table and ends in one line of JSON
	@for bench in tests/benchmarks/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

quality: $(VENV)/.quality  ## Lint, types, architecture, migrations, annotations of personal data
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=sandbox.settings $(BIN)/code_annotations django_find_annotations \
		--config_file .pii_annotations.yml --lint --report --coverage

test-platform:  ## Run tests/platform inside an installed edx-platform: PLATFORM=its folder PLATFORM_VENV=its environment
	@test -n "$(PLATFORM)" -a -n "$(PLATFORM_VENV)" || { echo "Say where they are: make test-platform PLATFORM=/path/to/edx-platform PLATFORM_VENV=/path/to/venv"; exit 1; }
	PLATFORM="$(PLATFORM)" PLATFORM_VENV="$(PLATFORM_VENV)" tests/platform/run

clean:  ## Remove what the demo and the tools left behind; the virtual environment stays
	rm -rf var build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis pii_report *.egg-info
	find . -name __pycache__ -type d -not -path "./$(VENV)/*" -prune -exec rm -rf {} +
