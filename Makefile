# The developer's doors. `make chat` and `make test` work in a fresh clone.
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check

.PHONY: chat ask index test test-slow soak check evaluate eval-model calibrate load screenshots bench bench-quick clean

chat: $(VENV)/.installed
	$(RUN) -m index
	$(RUN) ui.py

ask: $(VENV)/.installed
	@$(RUN) -m assistant ask -- "$(Q)"

index: $(VENV)/.installed
	$(RUN) -m index

test: $(VENV)/.installed-test
	LARDOM_SCREENSHOTS=build/screenshots $(RUN) -m pytest

test-slow: $(VENV)/.installed-test
	$(RUN) -m pytest -m slow --timeout 3600

check: $(VENV)/.installed-test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

# 8 clients and a rebuild a minute, MINUTES long; fails if memory or open files grow.
MINUTES ?= 30
.PHONY: soak
soak: $(VENV)/.installed-test
	$(RUN) tests/soak.py --minutes $(MINUTES)

evaluate: $(VENV)/.installed
	$(RUN) -m assistant evaluate tests/dev.jsonl
	$(RUN) -m assistant evaluate tests/dev_blind.jsonl

# Needs DATA, the folder with the open data that index/model/README.md lists.
eval-model: $(VENV)/.installed
	$(RUN) -m index.training.evaluation $(DATA)

calibrate: $(VENV)/.installed
	$(RUN) -m index.calibration \
		corpus/documents/skelleftea-2020.md tests/calibration/skelleftea-2020.jsonl \
		tests/documents/hamnsund-2023.md tests/calibration/hamnsund-2023.jsonl

# Not a test: its figures are the machine's as much as the page's.
load: $(VENV)/.installed
	$(RUN) tests/load.py

screenshots: $(VENV)/.installed-test
	$(RUN) docs/screenshots.py

# Makes an environment for each peer in bench/.environments the first time (some gigabytes).
bench: $(VENV)/.installed-bench
	$(RUN) -m bench

bench-quick: $(VENV)/.installed-bench
	$(RUN) -m bench --sizes 30 1000 --peers --minutes 10

$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --editable ".[test]"
	touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --editable ".[bench]"
	touch $@

clean:
	rm -rf $(VENV) bench/.environments bench/.work index/.store build *.egg-info
