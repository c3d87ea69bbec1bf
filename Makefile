# Polydesk: `make run` serves, `make test` tests, `make check` checks. Everything needed is set up on the first call.

PYTHON ?= python3
BIN := .venv/bin
INSTALL = $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $(1) 2>/dev/null \
	|| $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $(1)
COMPILE := $(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: run test check bench fuzz faults format lock screenshots clean

run: .venv/.ready
	@exec $(BIN)/python manage.py serve

test: .venv/.dev
	@exec $(BIN)/python -m tests.servers

check: .venv/.dev
	@exec $(BIN)/python -m tests.checks

bench: .venv/.dev
	@exec $(BIN)/python -m tests.servers bench $(ARGS)

fuzz: .venv/.dev
	@exec $(BIN)/python -m tests.servers fuzz $(ARGS)

faults: .venv/.dev
	@exec $(BIN)/python -m tests.faults $(ARGS)

screenshots: .venv/.dev
	@exec $(BIN)/python docs/screenshots.py

format: .venv/.dev
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format -q .

lock: .venv/.dev
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	echo 'uv>=0.13.9,<0.14' | $(COMPILE) - -o requirements-bootstrap.txt

clean:
	rm -rf .venv .static .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/.pip: requirements-bootstrap.txt
	@$(PYTHON) -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Polydesk needs Python 3.11 or later with venv; install it (Debian: python3-venv) or set PYTHON=…" >&2; exit 1; }
	@echo "Setting up .venv …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-bootstrap.txt
	@touch $@

.venv/.ready: .venv/.pip requirements.txt
	@$(call INSTALL,requirements.txt)
	@touch $@

.venv/.dev: .venv/.pip requirements-dev.txt
	@$(call INSTALL,requirements-dev.txt)
	@touch $@
