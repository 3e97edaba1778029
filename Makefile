# One word each; every one sets up first what is missing.
#   make run     the page                     make test    all tests
#   make demo    the path without a browser   make check   format, lint, types
#   make bench   what is claimed, measured    make space   what a Space builds and starts, tried here
#   make gguf    llama.cpp, compiled here     make upload  to a Space: make upload SPACE=you/name

# The first Python that is new enough; 3.11 first, as that is what the pins were tested with.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: run demo test check bench setup space upload gguf

run: $(READY)
	$(BIN)/python app.py

demo: $(READY)
	$(BIN)/python -m playground demo

test: $(READY)
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m benchmarks

space:
	PYTHON="$(PYTHON)" .ci/space

upload: $(READY)
	@test -n "$(SPACE)" || { echo "which Space? run: make upload SPACE=you/name"; exit 1; }
	$(BIN)/hf upload "$(SPACE)" . . --repo-type space --exclude ".venv/*" --exclude "work/*" --exclude "starter/run/*"

gguf: $(READY)
	$(BIN)/python -m pip install -r requirements-gguf.txt -c constraints.txt

setup: $(READY)

# Set up again only when a list of packages has changed.
$(READY): requirements.txt requirements-dev.txt constraints.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer found; install one, or run: make PYTHON=/path/to/python"; exit 1; }
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || $(PYTHON) -m venv --clear $(VENV) || \
		{ echo "no virtual environment could be made; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install -r requirements-dev.txt -c constraints.txt
	@touch $@
