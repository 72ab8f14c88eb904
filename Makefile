# touchback: `make demo` to see it, `make test` to check it.
# Both install what is missing first, and say what they install.

GO        ?= go
LINT       = $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# ISA-L inflates about three times as fast as Go does; without it the build
# falls back to Go.
TAGS       = $(shell pkg-config --exists libisal 2>/dev/null && echo isal)
# Where npm's age-encryption goes: keyrings are tested against it.
NPM        = $(CURDIR)/node_modules/age-encryption
FUZZTIME  ?= 30s
BENCHTIME ?= 3x
PLATFORMS  = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: all demo build test test-purego cross lint bench bench-ssh fuzz docs deps deps-test deps-tools deps-bench clean
all: build

demo: build
	@bin/touchback demo || [ $$? -eq 130 ] # left early

build: deps
	$(GO) build -trimpath -tags '$(TAGS)' -o bin/touchback .

test: deps-test
	AGE_ENCRYPTION=$(CURDIR) GORACE=atexit_sleep_ms=0 $(GO) test -race -tags '$(TAGS)' -timeout 20m ./...
	@$(MAKE) --no-print-directory test-purego cross

# What a plain `go build` without a C compiler gives: everything but security keys.
test-purego:
	CGO_ENABLED=0 $(GO) test -timeout 20m ./...

cross:
	@for p in $(PLATFORMS); do \
		echo "CGO_ENABLED=0 $$p"; \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -o /dev/null . && \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) vet ./... || exit 1; \
	done

lint: deps
	$(LINT) run --build-tags '$(TAGS)' ./...

bench: deps-test deps-bench
	$(GO) test -tags '$(TAGS)' -run '^$$' -bench . -skip '^BenchmarkRoom$$' -benchtime $(BENCHTIME) -timeout 60m .

# Two hundred people at once in a demo over SSH.
bench-ssh: deps-test
	$(GO) test -tags '$(TAGS)' -run '^$$' -bench '^BenchmarkRoom$$' -benchtime 1x -timeout 20m .

fuzz: deps
	@for pkg in $$($(GO) list ./...); do \
		for f in $$($(GO) test -tags '$(TAGS)' -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$f"; \
			$(GO) test -tags '$(TAGS)' -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg || exit 1; \
		done; \
	done

# The pictures of the README and of docs/screens.md, taken from real runs.
docs: deps
	TOUCHBACK_PICTURES=$(CURDIR)/docs $(GO) test -tags '$(TAGS)' -count 1 -run '^TestPictures' .

clean:
	rm -rf bin

# --- what has to be installed -------------------------------------------------
# name of a check, and what to install for it with apt, dnf and brew

SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

define install
	@missing='$(strip $(1))'; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if command -v apt-get >/dev/null; then \
		echo "Installing with apt: $$missing"; \
		$(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	elif command -v dnf >/dev/null; then \
		echo "Installing with dnf: $$missing"; \
		$(SUDO) dnf install -y -q $$missing; \
	elif command -v brew >/dev/null; then \
		echo "Installing with brew: $$missing"; \
		brew install -q $$missing; \
	else \
		echo "Please install these first: $$missing" >&2; exit 1; \
	fi
endef

# pick APT DNF BREW: the package's name for the package manager that is here.
pick = $(if $(shell command -v apt-get),$(1),$(if $(shell command -v dnf),$(2),$(3)))
lib  = $(shell pkg-config --exists $(1) 2>/dev/null || echo $(2))
tool = $(shell command -v $(1) >/dev/null || echo $(2))

NEED      = $(call tool,pkg-config,$(call pick,pkg-config,pkgconf-pkg-config,pkg-config)) \
            $(call tool,cc,$(call pick,gcc libc6-dev,gcc,)) \
            $(call lib,libfido2,$(call pick,libfido2-dev,libfido2-devel,libfido2)) \
            $(call lib,libisal,$(call pick,libisal-dev,isa-l-devel,isa-l))
NEED_TEST = $(call tool,ssh,$(call pick,openssh-client,openssh-clients,)) \
            $(call tool,fido2-token,$(call pick,fido2-tools,fido2-tools,)) \
            $(call tool,umockdev-run,$(call pick,umockdev,umockdev,)) \
            $(call tool,tmux,tmux) \
            $(call tool,sqlite3,$(call pick,sqlite3,sqlite,sqlite)) \
            $(call tool,age,age) \
            $(call tool,igzip,$(call pick,isal,isa-l-tools,isa-l)) \
            $(call tool,chromium,$(call pick,chromium,chromium,)) \
            $(call tool,node,$(call pick,nodejs,nodejs,node)) \
            $(call tool,npm,$(call pick,npm,nodejs-npm,node))

deps:
	$(call install,$(NEED))

# What the benchmarks compare with.
deps-bench:
	$(call install,$(if $(shell /usr/bin/python3 -c 'import Cryptodome' 2>/dev/null && echo yes),,$(call pick,python3-pycryptodome,python3-pycryptodomex,)))

deps-test: | deps-tools $(NPM)

deps-tools:
	$(call install,$(NEED) $(NEED_TEST))

$(NPM): | deps-tools
	@echo "Installing with npm: age-encryption"
	@npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix $(CURDIR) age-encryption@0.3.1
