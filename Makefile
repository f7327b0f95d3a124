# make test    everything that must hold before a change lands: the three that follow
# make check   format, lints and the rules of the house, in under a minute
# make unit    unit tests and tests inside PostgreSQL (T=slots runs those with that in their name)
# make web     the pages' scripts, built anew into web/dist, which is committed (no Node is needed to build the extension)
# make web-check  that web/dist is what web/src gives, with its types, and not too large
# make web-test  unit tests of the pages, the part of make unit that needs no Rust (T=days as above)
# make e2e     end-to-end tests, after installing what changed (T=worker as above)
# make browser  the tests of the pages against servers that run already (T=booking; see pgrx-tests/README.md)
# make demo    the extension at work, in the terminal (KEEP=1 leaves it running until make demo-stop)
# make bench   how fast it is, as ratios (about an hour and a quarter; SCALE=small leaves out the million owners: 15 minutes)
# make chaos   ten minutes of everything going wrong at random, and nothing lost (MINUTES=1, SEED=7)
# make fuzz    readers fed by libFuzzer what nobody would send, a minute each (T=smtp, SECONDS=600, RUNS=1000000)
# make test-in demo and test on another Debian or Ubuntu: ROOT=/var/tmp/roots/trixie SUITE=trixie makes its root
# make pictures  the pictures of docs/mail.md and docs/pages.md, taken anew (WHAT=pages or mail: those alone)
# make privileges  who may do what, written anew into pgrx-tests/e2e/privileges.txt: look at its diff
# make fmt     format the Rust code
# make clean   remove all that was built or set up
#
# All but the last three first run `make setup`: pgrx-tests/setup/setup says what it gets and where it goes.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

export CARGO_TARGET_DIR ?= $(CURDIR)/target
export PATH := $(CARGO_TARGET_DIR)/tools/bin:$(PATH)
# pgrx asks for it, and containers often lack it.
export USER ?= $(shell id -un)

# x86-64 linkers keep pgrx's schema section by themselves. Its workaround for those that do not
# changes RUSTFLAGS, and so would build every dependency a second time.
ifeq ($(shell uname -m),x86_64)
export CARGO_PGRX_DISABLE_GC_SECTIONS_WORKAROUND := 1
endif

# Each recipe runs as one shell script, which starts by learning where the set-up put things.
define within
umask 022
set -a; . "$$CARGO_TARGET_DIR/setup.env"; set +a
features=(--no-default-features --features "pg$$PG_MAJOR pg_test")
step() { printf '\n\033[1;34m==>\033[0m \033[1m%s\033[0m\n' "$$*"; }
has() { command -v "$$1" >/dev/null; }
endef

.PHONY: help
help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

.PHONY: setup
setup:
	@pgrx-tests/setup/setup

# `test` is these three, in this order. One set of features and one profile throughout, so that lints,
# tests and the server under the end-to-end tests share what cargo builds.
.NOTPARALLEL:
.PHONY: test
test: check unit e2e

.PHONY: check
check: setup
	@$(within)
	step "Format"
	cargo fmt --all --check
	step "Lints"
	cargo clippy --workspace "$${features[@]}" --all-targets -- -D warnings
	cargo clippy "$${features[@]}" --test e2e -- -D warnings
	if has typos; then typos; fi
	if has cargo-machete; then cargo machete; fi
	if has cargo-deny; then cargo deny --offline check bans licenses sources; fi
	step "The rules of the house, and the documents"
	cargo test "$${features[@]}" --lib -- house documents::
	$(MAKE) --no-print-directory web-check

# How these reach PostgreSQL is in target/cargo.toml, which plain cargo reads as well.
.PHONY: unit
unit: setup
	@$(within)
	step "Unit tests and tests inside PostgreSQL $$PG_MAJOR"
	cargo test "$${features[@]}" --lib -- $(T)
	if [[ -z "$(T)" ]]; then $(MAKE) --no-print-directory web-test; fi

# What the extension has in it. Committed, so that it builds without Node.
.PHONY: web
web: setup
	@$(within)
	step "Building the pages' scripts"
	PATH="$$(dirname "$$NODE"):$$PATH"
	cd web
	node build.mjs

# As `make check` runs it. The build is the same wherever it is done.
.PHONY: web-check
web-check: setup
	@$(within)
	step "The pages: types, and the committed scripts against the sources"
	PATH="$$(dirname "$$NODE"):$$PATH"
	fresh=$$(mktemp -d)
	trap 'rm -rf "$$fresh"' EXIT
	cd web
	node node_modules/typescript/bin/tsc --noEmit
	node build.mjs --out "$$fresh"
	diff -rq "$$fresh" dist || { echo "web/dist is not what web/src gives: run make web" >&2; exit 1; }
	$(MAKE) --no-print-directory -C .. size

# A visitor waits for the booking page's. Bytes with gzip -9.
.PHONY: size
size:
	@$(within)
	"$$NODE" web/size.mjs

# What needs no browser: T=days runs those in files with "days" in their name.
.PHONY: web-test
web-test: setup
	@$(within)
	step "Unit tests of the pages"
	cd web
	"$$NODE" node_modules/vitest/vitest.mjs run --dir src --passWithNoTests $(T)

.PHONY: e2e
e2e: setup
	@$(within)
	step "Installing the extension into the tests' own PostgreSQL"
	cargo pgrx install --pg-config "$$PG_BIN/pg_config"
	step "End-to-end tests: real servers, workers killed, providers that misbehave"
	if [[ -n "$(T)" ]]; then
	    cargo test "$${features[@]}" --test e2e -- $(T)
	    exit
	fi
	cargo test "$${features[@]}" --test e2e -- --skip latency
	step "Latency from commit to the provider"
	cargo test "$${features[@]}" --test e2e -- latency --nocapture --test-threads 1

# For who works on the pages; `make e2e T=browser::` starts the servers itself.
.PHONY: browser
browser: setup
	@$(within)
	"$$NODE" --test --test-reporter spec web/test/$(T)*.test.mjs

# Ten minutes of what the suite does for half a minute, and five minutes of watching an idle server.
.PHONY: chaos
chaos: setup
	@$(within)
	step "Installing the extension into the tests' own PostgreSQL"
	cargo pgrx install --pg-config "$$PG_BIN/pg_config"
	step "Chaos"
	CHAOS_SECONDS=$$(( $(or $(MINUTES),10) * 60 )) CHAOS_SEED=$(SEED) IDLE_SECONDS=300 \
	    cargo test "$${features[@]}" --test e2e -- chaos:: idle:: --nocapture --test-threads 1

# bash counts SECONDS itself, so it goes by another name.
.PHONY: fuzz
fuzz: setup
	@$(within)
	T="$(T)" SECONDS_EACH="$(SECONDS)" RUNS="$(RUNS)" pgrx-tests/fuzz/fuzz

.PHONY: demo
demo: setup
	@$(within)
	step "Building the extension (release)"
	cargo pgrx install --release --pg-config "$$PG_BIN/pg_config"
	cargo build "$${features[@]}" --example google-standin --example resend-standin --example close-standin \
	    --example webhook-receiver
	pgrx-tests/demo/demo

.PHONY: demo-stop
demo-stop: setup
	@$(within)
	pgrx-tests/demo/demo stop

.PHONY: bench
bench: setup
	@$(within)
	step "Building the extension (release)"
	cargo pgrx install --release --pg-config "$$PG_BIN/pg_config"
	step "Timing the engine, and how a mail is written"
	cargo bench --no-default-features --features "pg$$PG_MAJOR" --bench engine --bench mails -- --quiet
	cargo build --release --package sink
	step "Timing the extension inside PostgreSQL $$PG_MAJOR"
	"$$PYTHON" benches/bench.py $(SCALE)

# In a root directory of its own, with its own set-up; WHAT="make e2e T=slots" runs something else there.
.PHONY: test-in
test-in:
	@pgrx-tests/setup/test-in # has ROOT, SUITE, MIRROR and WHAT from make, whatever quotes are in them

.PHONY: pictures
pictures: setup
	@$(within)
	mails=$$(mktemp -d)
	pages=$$(mktemp -d)
	trap 'rm -rf "$$mails" "$$pages"' EXIT
	if [[ "$(WHAT)" != pages ]]; then
	    step "Writing the mails"
	    PICTURES=$$mails cargo test "$${features[@]}" --lib -- --ignored mail::tests::pictures
	    step "Taking their pictures"
	    pgrx-tests/pictures/pictures "$$mails" docs/pictures/mail
	fi
	if [[ "$(WHAT)" != mail ]]; then
	    step "Taking pictures of the pages"
	    cargo pgrx install --pg-config "$$PG_BIN/pg_config"
	    PICTURES=$$pages cargo test "$${features[@]}" --test e2e -- --ignored browser::pictures
	    pgrx-tests/pictures/shrink "$$pages" docs/pictures/pages
	fi

.PHONY: privileges
privileges: setup
	@$(within)
	step "Installing the extension into the tests' own PostgreSQL"
	cargo pgrx install --pg-config "$$PG_BIN/pg_config"
	step "Writing down who may do what"
	WRITE_PRIVILEGES=1 cargo test "$${features[@]}" --test e2e -- privileges::

.PHONY: fmt
fmt:
	cargo fmt --all

.PHONY: clean
clean:
	@if [[ -L $(CARGO_TARGET_DIR)/postgresql ]]; then
	    rm -rf "$$(dirname "$$(readlink -f $(CARGO_TARGET_DIR)/postgresql)")"
	fi
	cargo clean
	rm -f target/cargo.toml
