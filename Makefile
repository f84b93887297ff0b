# make run | make test | make check | make bench | make sample : every one sets up what it needs first.
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
# Workers of a cluster are killed there for real: beside a second test process Dask was seen to wait for ever.
CLUSTER := tests/execution/test_cluster.py

.PHONY: run test check bench bench-peers sample clean

.venv/run.stamp: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what requirements.txt names: some minutes the first time, never again."
	$(BIN)/python -m pip install --quiet --only-binary :all: -r requirements.txt
	touch $@

.venv/dev.stamp: requirements.txt requirements-dask.txt requirements-databases.txt requirements-dev.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --only-binary :all: -r requirements-dev.txt
	touch $@

run: .venv/run.stamp
	$(BIN)/streamlit run app.py --server.port $(PORT)

# Files in the order they are found: by their number of tests the few long ones in a browser would come last, one after the other.
test: .venv/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore $(CLUSTER)
	$(BIN)/python -m pytest $(CLUSTER)

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.cluster
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m benchmarks.parity

# The tools we are compared with pin pandas below 3 and live apart; without them `bench` prints our own rows.
.venv-peers/run.stamp: benchmarks/requirements-peers.txt
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --only-binary :all: -r benchmarks/requirements-peers.txt
	touch $@

bench-peers: .venv-peers/run.stamp

sample: .venv/run.stamp
	$(BIN)/python sample_data/make_sample.py

clean:
	rm -rf .venv .venv-peers .mypy_cache .ruff_cache .pytest_cache
