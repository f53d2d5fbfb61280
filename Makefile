# What people and CI run here. Beside Go nothing needs to be installed: the linters and the releaser are Go modules that
# the toolchain builds once and keeps in its cache, and scripts/prerequisites sees to the JDK, pip and Maven.

LINT     := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
RELEASER := go run github.com/goreleaser/goreleaser/v2@v2.16.0
FLINKS   := 1.20.3 2.2.1
FUZZTIME := 30s

.PHONY: help build test test-sick test-clusters test-clusters-quick test-evolve test-neovim rig-yarn rig-yarn-down rig-k8s rig-k8s-down flinks fuzz lint gen gen-check cross size bench bench-parser ci demo demo-down release-check release-files

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

build: ## bin/autostream, as a release builds it
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/autostream ./cmd/autostream

test: flinks ## every test, the ones on real Flink included
	go test ./...
	go test -tags flink -p 1 -timeout 45m ./...

test-clusters: flinks ## every test on real clusters, each of which is started when it does not run (hours)
	scripts/clusters

test-clusters-quick: flinks ## the life of a job on real clusters whose rigs are built (minutes)
	scripts/clusters quick

test-sick: flinks ## jobs with one seeded fault each on a real Flink, local and on Kubernetes: diagnose names it first (hours)
	go test -tags sick -run '^TestSick' -v -timeout 300m ./internal/cli

test-evolve: flinks ## pairs of jobs on real Flinks and a real Kafka: what a savepoint of one restores into (about 30 minutes)
	go test -tags evolve -run TestRestores -v -timeout 120m ./internal/plan/evolve

test-neovim: ## the language server in a real Neovim: nvim 0.11 or later on the PATH, or NVIM=file
	go test -tags neovim -run TestNeovim -v ./internal/lsp

rig-yarn: ## a real HDFS and YARN on this machine
	@rigs/yarn/up.sh

rig-yarn-down: ## stop it and remove its data
	@RIG_WIPE=1 rigs/yarn/down.sh

rig-k8s: flinks ## a real Kubernetes of one node on this machine, with images of Flink
	@rigs/k8s/up.sh $$(bin/autostream flink list | awk -F'\t' '{print $$1 "=" $$7}' | grep -E "^($$(echo $(FLINKS) | tr ' ' '|'))=")

rig-k8s-down: ## stop it and remove its images
	@RIG_WIPE=1 rigs/k8s/down.sh

flinks: build ## the Flinks that tests run on, in the user's cache
	scripts/prerequisites
	bin/autostream flink install $(FLINKS)

fuzz: ## every fuzzer for FUZZTIME
	scripts/fuzz $(FUZZTIME)

lint: ## the linters of .golangci.yml
	$(LINT) run

gen: ## everything that is made from the code: reference pages, schemas, keyword tables, queries
	go generate ./...
	go run ./cmd/gen markdown docs/reference

gen-check: gen ## fails where a generated file was not committed
	@test -z "$$(git status --porcelain)" || { git status --short; git diff; exit 1; }

cross: ## a build for each system and machine of a release
	@for os in linux darwin windows; do for arch in amd64 arm64; do \
	  echo "building for $$os/$$arch" && CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -o /dev/null ./cmd/autostream || exit 1; done; done

size: build ## the stripped binary against its budget
	scripts/size bin/autostream

bench: build ## the figures that we hold ourselves to
	cd bench && go run ./figures ../bin/autostream

bench-parser: ## our SQL parser beside the fastest others of Go; fails below what is promised
	cd bench/parsers && go run .

ci: ## what decides whether a change lands
	.ci/run

demo: build ## a real Flink, the page-view demo on it, live rows
	scripts/prerequisites
	bin/autostream demo up

demo-down: build ## stop the demo and remove what it left
	bin/autostream demo down

release-check: ## is .goreleaser.yaml in order
	$(RELEASER) check

release-files: ## man pages and completions, dated by the commit
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go run ./cmd/gen man build/man
	go run ./cmd/gen completions build/completions
