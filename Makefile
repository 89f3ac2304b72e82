# The two commands of the README: `make run` and `make test`. Both set up .venv from the locks first.
PYTHON ?= python3
UV_VERSION := 0.13.9
OUTPUT ?= data/output
export UV_SYSTEM_CERTS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_COMPILE_BYTECODE := 1
COMPILE_OWN = .venv/bin/python -m compileall -q flows tasks schemas

.PHONY: setup setup-dev run test lint lock samples pictures bench bench-nama kills endurance clean

setup: .venv/run
setup-dev: .venv/dev

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "Python 3.11, 3.12 or 3.13 is needed; choose one with: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Setting up .venv ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet uv==$(UV_VERSION)

.venv/run: requirements.lock pyproject.toml | .venv/bin/uv
	@.venv/bin/uv pip install --quiet --python .venv --require-hashes -r requirements.lock
	@.venv/bin/uv pip install --quiet --python .venv --no-deps -e .
	@$(COMPILE_OWN)
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml | .venv/bin/uv
	@.venv/bin/uv pip install --quiet --python .venv --require-hashes -r requirements-dev.lock
	@.venv/bin/uv pip install --quiet --python .venv --no-deps -e .
	@$(COMPILE_OWN)
	@touch $@ .venv/run

run: setup
	@.venv/bin/inovasi run --inbox data/samples --output $(OUTPUT) --year 2024

test: lint
	@.venv/bin/pytest -n 2 --dist loadfile

lint: setup-dev
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy

# Locks are hashes without index addresses; run again after a change of dependencies in pyproject.toml.
lock: | .venv/bin/uv
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

# Writes data/samples anew; the result is the same bytes each time.
samples: setup-dev
	@.venv/bin/python -m tests.builder.samples data/samples

# How well and how fast names are matched over a synthetic year of 30,000; figures only, nothing asserted.
bench-nama: setup-dev
	@.venv/bin/python -m tests.bench_names

# CPU, wall and memory of each stage beside other ways to read the same files; e.g. make bench SIZES="100 1000 10000".
SIZES ?= 100 1000
bench: setup-dev
	@.venv/bin/python -m tests.bench $(SIZES) --output $(OUTPUT)/bench

# Ends 200 runs by SIGKILL at any moment and looks at what is left; 30 runs in one service and what they take. Some minutes each.
kills: setup-dev
	@.venv/bin/python -m tests.endurance kills 200

endurance: setup-dev
	@.venv/bin/python -m tests.endurance runs 30

clean:
	rm -rf .venv data/output

# Screenshots of the sample report for looking at, and the picture of the README.
pictures: setup-dev
	@.venv/bin/inovasi run --inbox data/samples --output $(OUTPUT) --year 2024
	@.venv/bin/python -m tests.builder.screenshots $(OUTPUT)/latest $(OUTPUT)/gambar data/laporan.png
	@echo "Pictures: $(OUTPUT)/gambar"
