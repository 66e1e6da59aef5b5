# Engage. `make help` lists what there is to do.
# Written for the make 3.81 of macOS as well: no .ONESHELL, no GNU-only tools.

PYTHON ?= python3
PORT ?= 8000
RUN = .venv/bin/python
PYTEST = $(RUN) -m pytest -p no:cacheprovider
# What make check runs: the rules of the house, who may see what, the judge, and the first journey.
QUICK = tests/judgement tests/test_architecture.py tests/test_settings.py tests/accounts/test_tenancy.py \
	tests/accounts/test_access.py tests/coaching/test_importing.py tests/coaching/test_templates.py
ABOUT_LOCK = --quiet --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock"

.PHONY: help install demo stop test test-slow check bench audit format lock messages screenshots

help:
	@echo "make demo         open Engage with a sample organization on http://127.0.0.1:$(PORT)/ (PORT=...)"
	@echo "make test         all tests but the slow ones, on servers of their own"
	@echo "make test-slow    only the slow tests: kills, large inputs, the whole browser round"
	@echo "make check        what must hold before a change lands: style, types, imports, migrations, tests"
	@echo "make format       put the code into shape"
	@echo "make bench        measure, against a reference run beside it"
	@echo "make messages     every sentence for translators into locale/ (LANGUAGE=de begins German)"
	@echo "make screenshots  photograph the pages into screenshots/"
	@echo "make audit        look for known holes in the packages that are locked (asks the internet)"
	@echo "make install      everything into .venv (the others do it by themselves)"
	@echo "make lock         requirements*.txt anew from requirements*.in"
	@echo "make stop         end the demo and the local servers of this checkout"

install:
	@PYTHON="$(PYTHON)" sh engage/install.sh

demo: install
	@PORT="$(PORT)" exec $(RUN) -m engage.demo

stop:
	@if [ -x $(RUN) ]; then $(RUN) -m engage.demo stop; fi

test: install
	@$(PYTEST) -m "not slow" -n 2 --dist loadgroup

test-slow: install
	@$(PYTEST) -m slow -n 2 --dist loadgroup

check: install
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check --quiet .
	@ENGAGE_EMBEDDED=off $(RUN) -m mypy
	@.venv/bin/lint-imports --no-cache
	@ENGAGE_EMBEDDED=off $(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(PYTEST) -m "not slow and not browser" -n 2 --dist loadgroup $(QUICK)

bench: install
	@$(RUN) -m bench

messages: install
	@$(RUN) -m engage.messages $(LANGUAGE)

screenshots: install
	@$(PYTEST) -m browser

# Asks an advisory database in the internet; nothing else of Engage's own does.
audit: install
	@$(RUN) -m pip_audit --requirement requirements.txt --require-hashes --disable-pip
	@$(RUN) -m pip_audit --requirement requirements-dev.txt --require-hashes --disable-pip

format: install
	@$(RUN) -m ruff check --fix --quiet .
	@$(RUN) -m ruff format .

lock: install
	@.venv/bin/uv pip compile $(ABOUT_LOCK) requirements.in --output-file requirements.txt
	@.venv/bin/uv pip compile $(ABOUT_LOCK) requirements-dev.in --output-file requirements-dev.txt
