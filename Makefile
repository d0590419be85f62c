# demo, test, torture, lint, format: each makes what it needs. Python 3.11 or newer and make are enough.
PYTHON ?= python3
ARGS ?=
BIN = .venv/bin
CHECKED = mailflow parsers tests $(wildcard bench)
COMPILE = pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-options \
	--no-emit-index-url --no-emit-find-links --extra demo --extra test --build-deps-for editable

.PHONY: demo test torture lint format lock audit

demo: .venv/made
	$(BIN)/mailflow demo $(ARGS)

test: .venv/made
	$(BIN)/python -m pytest -n 3 $(ARGS)

# Half an hour of kills, pauses, broken mails and steady work; ARGS=--quick is a few minutes of it.
torture: .venv/made
	MAILFLOW_TORTURE=1 $(BIN)/python -m tests.torture $(ARGS)

lint: .venv/made
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy

format: .venv/made
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

# The installed packages are those of the lock, each with its hash; mailflow itself is linked.
.venv/made: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "mailflow needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Locks anew what pyproject.toml asks for (`make lock ARGS=--upgrade` takes the newest releases).
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/$(COMPILE) $(ARGS) \
		--output-file requirements.lock pyproject.toml

# Are faults known of what the lock names? Asks PyPI.
audit:
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	build/audit/bin/pip-audit --require-hashes --disable-pip --requirement requirements.lock $(ARGS)
