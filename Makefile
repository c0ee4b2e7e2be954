# Each target sets up what it needs; `make help` names them. Everything is built below build/<preset>/.
PRESET ?= release
BUILD := build/$(PRESET)
.DEFAULT_GOAL := build
.PHONY: help setup setup-dev configure build test demo bench check check-all format install clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## fetch what the build needs, once
	@tools/setup

setup-dev:
	@tools/setup --dev

configure: setup
	@cmake --preset $(PRESET) --log-level=WARNING >/dev/null

build: configure ## the program, build/release/bin/mien, and the tests (PRESET=asan: with sanitizers)
	@cmake --build --preset $(PRESET)

test: build ## all tests
	@ctest --preset $(PRESET) --output-on-failure -j 2

demo: build ## what the program does, in a few minutes
	@tools/demo $(BUILD)

bench: build ## measure it here
	@bench/run $(BUILD)

check: setup-dev ## format, layers, sizes, and clang-tidy on what changed
	@tools/check_format
	@tools/check_layers
	@tools/check_sizes
	@tools/check_tidy

check-all: setup-dev ## check, with clang-tidy on the whole tree and the tests under the sanitizers
	@tools/check_format
	@tools/check_layers
	@tools/check_sizes
	@tools/check_tidy all
	@$(MAKE) test PRESET=asan

format: setup-dev ## lay the sources out with clang-format
	@tools/check_format --fix

install: build ## into PREFIX (default: build/release/install)
	@cmake --install $(BUILD) --prefix $(or $(PREFIX),$(BUILD)/install)

clean: ## drop what was built, not what was fetched
	rm -rf build
