# The front door. The building itself is CMake's: see CMakePresets.json.

.PHONY: help up test build package bench format lint clean

help: ## Say what there is to make
	@sed -n 's/^\([a-z]*\): ## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

up: ## Start a balancer and two counting servers, until Ctrl-C. Options: make up ARGS="--servers 3"
	@./startupAllServers.sh $(ARGS)

test: ## Build everything and run every test
	@./runAllTests.sh

build: ## Build the release program, build/release/tally
	@scripts/build-release.sh

package: ## Pack the release program, and the C++ library, as .debs into build/package
	@scripts/package.sh

bench: ## Measure, beside the peers, into bench/RESULTS.md and bench/chart.svg
	@bench/run.sh

format: ## Lay out all C++ by .clang-format
	@scripts/lint.sh --fix-format

lint: ## Check layout, style and scripts
	@scripts/lint.sh

clean: ## Remove everything that was built
	rm -rf build
