# Everything runs in .venv, which is created when it is missing. Works in a path with spaces.

PYTHON ?= python3
# Tests mostly wait, for pages and until a limit has passed, so five workers run on two cores; the slow ones wait less.
WORKERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 5 + 1) / 2 )))
SLOW_WORKERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 )))
BIN := .venv/bin

# The tests start hundreds of processes: each would compile every module, and Playwright its driver.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: rehearse test test-all check reference bench apps widgets setup browser clean

rehearse: browser
	@"$(BIN)/runwright" rehearse slack-alerts

# Every promise once.
test: setup browser
	@"$(BIN)/python" -m pytest -n $(WORKERS) --dist worksteal -m "not slow"

# The same, then whole rehearsals of the shipped runbook, installations, generated texts, and text recognition.
test-all: test
	@"$(BIN)/python" -m pytest -n $(SLOW_WORKERS) --dist worksteal -m slow

check: setup
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/mypy"
	@"$(BIN)/python" -m runwright.cli.reference_pages docs/reference --check

reference: setup
	@"$(BIN)/python" -m runwright.cli.reference_pages docs/reference

# All tasks of the gallery of widgets, then the results and their table in the documentation.
widgets: setup browser
	@-"$(BIN)/python" -m pytest -n $(WORKERS) --dist worksteal tests/widgets
	@PYTHONPATH=tests "$(BIN)/python" -m widgets.outcomes

bench: browser
	@"$(BIN)/python" -m benchmarks

# The runbooks of examples/ on the applications themselves, which are installed first: needs a network and half an hour.
apps: browser
	@"$(BIN)/python" -m benchmarks.applications

setup: .venv/installed .venv/widgets

.venv/installed: pyproject.toml
	@"$(BIN)/python" -m pip --version >/dev/null 2>&1 || { rm -rf .venv; $(PYTHON) -m venv .venv; } || { \
		rm -rf .venv; \
		echo "Cannot create .venv. On Debian and Ubuntu: apt-get install python3-venv, then run make again." >&2; exit 1; }
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --editable ".[test,lint]"
	@touch .venv/installed

# The widgets that the tests act on, so that the tests themselves need no network.
WIDGETS := $(filter-out %.py,$(wildcard tests/widgets/package*.json tests/widgets/pages/* tests/widgets/pages/shared/*))

.venv/widgets: .venv/installed $(WIDGETS)
	@"$(BIN)/python" tests/widgets/bundles.py
	@touch .venv/widgets

browser: .venv/browser

.venv/browser: .venv/installed
	@"$(BIN)/runwright" doctor --fix --yes
	@touch .venv/browser

clean:
	rm -rf .venv
