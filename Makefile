# The hall's commands. `make help` lists them.
#
#   HALL_PORT      port of make run (8000)
#   HALL_VAR       state folder: databases, uploads, logs (var/)
#   HALL_SAMPLE    no: an empty hall instead of the sample
#   DATABASE_URL   use this PostgreSQL instead of the embedded one
#   REDIS_URL      use this Valkey or Redis instead of the embedded one
#   PYTHON         the python3 (3.11 or newer) that makes the virtual environment
#   TESTS          what make test runs (tests), as in: make test TESTS=tests/portal
#   TEST_WORKERS   processes that share the tests (one for each core, at most four)

PYTHON ?= python3
TESTS ?= tests
TEST_WORKERS ?= logical
PY := .venv/bin/python
export HALL_PORT HALL_VAR HALL_SAMPLE DATABASE_URL REDIS_URL
# An empty variable is as good as none, also for programs that only look whether it is there.
ifeq ($(strip $(DATABASE_URL)),)
unexport DATABASE_URL
endif
ifeq ($(strip $(REDIS_URL)),)
unexport REDIS_URL
endif

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-test run test check lint types layers migrations translations deploy bench format messages lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: ## virtual environment, pinned packages, front-end files
	@exec $(PYTHON) portal/bootstrap.py

setup-dev:
	@exec $(PYTHON) portal/bootstrap.py --dev

setup-test:
	@exec $(PYTHON) portal/bootstrap.py --dev --browser

run: setup ## the hall on http://127.0.0.1:8000/ with its sample data; Ctrl-C closes it
	@exec $(PY) -m portal.supervisor --with-parent

test: setup-test ## every test, on real servers and in a real browser
	@exec $(PY) -m pytest -n $(TEST_WORKERS) --maxprocesses=4 --dist=worksteal $(TESTS)

check: setup-dev lint types layers migrations translations deploy ## style, types, floors, migrations, translations, deploy settings
	@echo "make check: all well"

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types:
	$(PY) -m mypy .

layers:
	.venv/bin/lint-imports

migrations:
	$(PY) manage.py makemigrations --check --dry-run

translations:
	$(PY) manage.py compilemessages
	$(PY) manage.py check_translations

# The settings of a real server with values as a real server would have them; opens no connection.
deploy:
	@SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" ALLOWED_HOSTS=hall.example \
	DATABASE_URL=postgres://hall@db.example/hall REDIS_URL=redis://broker.example/0 \
	DJANGO_SETTINGS_MODULE=portal.settings.production $(PY) manage.py check --deploy --fail-level WARNING

bench: setup ## the measurements, beside raw SQL; also written to var/bench.json
	@exec $(PY) -m tests.bench

format: setup-dev ## let ruff put the code in order
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

messages: setup-dev ## collect the strings to translate into locale/
	PATH="$$PWD/.venv/bin:$$PATH" $(PY) manage.py makemessages --all --no-location --no-obsolete --ignore=node_modules --ignore=var --ignore=.venv
	$(PY) manage.py fill_english

lock: setup-dev ## write requirements*.txt from the .in files
	.venv/bin/uv pip compile -q --no-header --no-annotate --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	.venv/bin/uv pip compile -q --no-header --no-annotate --no-emit-index-url --python-version 3.11 requirements-dev.in -o requirements-dev.txt

clean: ## remove what was installed and cached; var/ with its data stays
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
