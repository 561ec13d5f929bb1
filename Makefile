# make run       starts the app                    make run ARGS="--server.port=8600"
# make test      every check and every test        make test PYTEST_ARGS="-k stem"
# make bench     the promised figures, measured
# make clean     removes what the others made
# Another Python: make run PYTHON=python3.12

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS =
PYTEST_ARGS =

.PHONY: run test bench clean

run: $(VENV)/run.stamp
	$(BIN)/python -m streamlit run visualizer/app.py $(ARGS)

# Browser tests get the machine to themselves. Both wait a part of their time, for programs or for pages, so there are
# more workers than two processors alone would keep busy.
test: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --ignore=tests/browser $(PYTEST_ARGS)
	CHROMIUM="$$($(BIN)/python -m scripts.chromium)" && export CHROMIUM && \
		$(BIN)/python -m pytest -n 2 tests/browser $(PYTEST_ARGS)

bench: $(VENV)/test.stamp
	for script in benchmarks/*.py; do $(BIN)/python "$$script" || exit 1; done

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/test.stamp: requirements.txt requirements-dev.txt | $(BIN)/python
	$(PIP) -r requirements-dev.txt
	touch $(VENV)/run.stamp $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "There is no $(PYTHON) here: install Python 3.11 or newer, or name yours: make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is too old: Python 3.11 or newer is needed; name another: make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
