# Everything a person does here starts with one of these words. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= auto
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# the same versions with the digest of each file, which uv verifies; pip takes no digests beside a folder to install
UV := $(BIN)/uv --system-certs pip install --quiet --python $(BIN)/python --constraint hashes.txt
DEV := .[phone,bumble,bluez,authority,rollout,evaluation,epidemic,s3,dev]

# Installing compiles the catalogues of translations and the kernel of matching: a changed one is a reason to do it again.
INPUTS := pyproject.toml constraints.txt hatch_build.py $(shell find src -name '*.po' -o -name 'match.c')

.DEFAULT_GOAL := help
.PHONY: help setup demo town authority test lint types imports unit compiled messages messages-update messages-review pythons chaos bench on-postgresql thorough validate site reference notebooks migrations protobuf kernel apk deb sbom release lock licences clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

# What the demo runs (town: phone and authority) and what checks are two stamps: the demo does not wait for the rest.
$(VENV)/.run-ready: $(INPUTS)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[town]'
	@touch $@

$(VENV)/.dev-ready: $(INPUTS)
	$(PYTHON) -m venv $(VENV)
	$(PIP) uv
	@# uv takes a tenth of pip's time, but does not read pip's settings: where those name another index, pip installs
	$(UV) --reinstall-package bluezone --editable '$(DEV)' || $(PIP) --editable '$(DEV)'
	@$(BIN)/python tools/kernel.py >/dev/null
	@touch $(VENV)/.run-ready $(VENV)/.authority-ready $@

# What draws curves and prints comes with the picture of the authority, not with the demo.
$(VENV)/.authority-ready: $(INPUTS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[town,rollout]'
	@touch $(VENV)/.run-ready $@

setup: $(VENV)/.dev-ready  ## make .venv with all that development needs

demo: $(VENV)/.run-ready  ## the main job: a day in a town, one case, the right phones warned
	@$(BIN)/bluezone town run

town: $(VENV)/.run-ready  ## the same to look at: a page with the town, its people and their phones
	@$(BIN)/bluezone town show

authority: $(VENV)/.authority-ready  ## an authority on 20 August 2020, filled, in a browser on this machine
	@$(BIN)/bluezone town authority --stay

test: lint types imports messages unit  ## what every change must pass: 9 minutes on two quiet cores

lint: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/docstrings.py

types: $(VENV)/.dev-ready
	$(BIN)/mypy

imports: $(VENV)/.dev-ready
	$(BIN)/lint-imports

messages: $(VENV)/.dev-ready  ## is every text translated?
	$(BIN)/python tools/messages.py check

messages-update: $(VENV)/.dev-ready  ## bring the catalogues up to date with the source, then translate
	$(BIN)/python tools/messages.py update

messages-review: $(VENV)/.dev-ready  ## a spreadsheet of texts for a native reader (READER=vi); FILE=... takes one back
	$(BIN)/python tools/messages_review.py $(or $(FILE),build/messages-$(or $(READER),vi).xlsx) --language $(or $(READER),vi) $(if $(FILE),--take)

# `--collect-only` imports, and so compiles, every test and what it uses.
compiled: $(VENV)/.dev-ready
	$(BIN)/pytest --collect-only -q >/dev/null

# A file goes whole to one process, so that what it shares is made once. A process that died ends the run: the next one
# would be given the test that ended it.
unit: $(VENV)/.dev-ready
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0 --durations 25

thorough: $(VENV)/.dev-ready  ## all that `make test` leaves out (an hour or more); writes docs/measurements/thorough.md
	$(BIN)/python tools/thorough.py --jobs $(JOBS)

# What only PostgreSQL can show: requests at once, statements that a planner must find cheap, a new database, and rows
# locked. Left out: tests whose command or server in a thread opens a second connection, which a test's own closes.
on-postgresql: $(VENV)/.dev-ready  ## the tests that need PostgreSQL as the authority's own database (BLUEZONE_TEST_POSTGRES)
	BLUEZONE_TEST_DATABASE_URL=$(BLUEZONE_TEST_POSTGRES) $(BIN)/pytest -m '' \
		tests/authority/diagnosis/test_at_once.py tests/authority/site/test_statements.py \
		tests/authority/project/test_new_database.py tests/authority/work tests/authority/episodes \
		--ignore tests/authority/episodes/test_second_order_with_phones.py \
		--deselect tests/authority/episodes/test_contact_imports.py::test_the_command_line_shows_a_list_asks_and_enters_its_contacts

chaos: $(VENV)/.dev-ready  ## kill, cut and put back an authority and its phones, and see what holds (SEED=0 ROUNDS=5)
	BLUEZONE_TEST_SEED=$(or $(SEED),0) BLUEZONE_CHAOS_ROUNDS=$(or $(ROUNDS),5) $(BIN)/pytest -m '' -o faulthandler_timeout=3660 tests/authority/chaos

pythons: $(VENV)/.dev-ready  ## the fast core of the tests on each other Python that is here or that uv can bring
	$(BIN)/python tools/pythons.py $(PYTHONS)

bench: $(VENV)/.dev-ready  ## measure what the issues give figures for
	@for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

validate: $(VENV)/.dev-ready  ## the simulator against exact and published results; writes docs/measurements/epidemic.md (3 minutes on 2 cores)
	$(BIN)/python tools/validate_epidemic.py

site: $(VENV)/.dev-ready  ## the documentation as pages with a search, in build/site; read without a server or a network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "open build/site/index.html"

reference: $(VENV)/.dev-ready  ## write docs/reference/ anew from the code
	$(BIN)/python tools/reference.py

notebooks: $(VENV)/.dev-ready  ## run the notebooks of docs/examples and keep what they print and draw
	$(BIN)/python tools/notebooks.py

migrations: $(VENV)/.dev-ready  ## write the authority's migrations after a change of a model
	$(BIN)/python tools/migrations.py

protobuf: $(VENV)/.dev-ready  ## write export_pb2.py and check_ins_pb2.py anew after a change of a .proto file
	$(BIN)/python -m grpc_tools.protoc --proto_path=src --python_out=src --pyi_out=src bluezone/protocol/export.proto bluezone/protocol/check_ins.proto

kernel: $(VENV)/.dev-ready  ## compile the optional part of matching for x86-64 and arm64
	$(BIN)/python tools/kernel.py

apk: $(VENV)/.dev-ready  ## the Android app, signed, in build/bluezone.apk (Debian 12, Python 3.11; mobile/README.md)
	$(BIN)/python tools/apk.py $(if $(SETTINGS),--settings "$(SETTINGS)") $(APK)

deb: $(VENV)/.dev-ready  ## Debian 12 packages of the phone and of the server, in build/ (Python 3.11; docs/operate/)
	$(BIN)/python tools/deb.py

sbom: $(VENV)/.dev-ready  ## what the wheel brings with it, extra by extra, as CycloneDX: build/sbom.json
	$(BIN)/python tools/sbom.py

release: $(VENV)/.dev-ready  ## all that a version is given out as, built twice, signed and checked, in build/release (WITHOUT="android debian")
	$(BIN)/python tools/release.py $(if $(WITHOUT),--without $(WITHOUT))

lock: $(VENV)/.dev-ready  ## write constraints.txt from what is installed now (after the tests passed with it)
	$(BIN)/python -m pip freeze --exclude-editable | sort --ignore-case > constraints.txt
	$(BIN)/uv --system-certs pip compile --quiet --generate-hashes --no-deps --no-annotate --no-header --python-version 3.11.2 constraints.txt -o hashes.txt

licences: $(VENV)/.dev-ready  ## does every file say its licence (REUSE)? fetches the tool
	$(BIN)/uv --system-certs tool run --from reuse==6.2.0 reuse lint --quiet

clean:  ## remove what can be made again (not var/)
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
