# SPDX-License-Identifier: MIT
#
# "make help" lists the targets.  Everything that is made lies under $(O).

PREFIX = /usr/local
LIBDIR = $(PREFIX)/lib
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share
MANDIR = $(DATADIR)/man
DESTDIR =

# Where it is built; each set of flags wants a directory of its own.
O = build
VERSION := $(shell cat VERSION)

ifeq ($(origin CC),default)
CC = gcc
endif
AR = ar
# Where docs/RULES.md can be read, for links in SARIF; empty: there are none.
RULES_URL =
OPTIMIZE = -O2
# For callers: added last to every compilation and link (-Werror, -fsanitize=...).
EXTRA_CFLAGS =

# The command is linked statically, so that it runs on any system, old or musl.
# An empty COMMAND_LDFLAGS makes a dynamic one.
COMMAND_LDFLAGS = -static-pie

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wconversion -Wvla
CPPFLAGS = -D_GNU_SOURCE -DNPABI_VERSION='"$(VERSION)"' \
	-DNPABI_RULES_URL='"$(RULES_URL)"' -Ishim \
	-DZYDIS_STATIC_BUILD -DZYCORE_STATIC_BUILD -isystem build/zydis/include
CFLAGS = -std=gnu11 $(OPTIMIZE) -g -fPIC -fvisibility=hidden \
	-ffunction-sections -fdata-sections $(WARNINGS)

# What the loader does for this library, each process of the user pays for, Python
# or not.  Hence lazy binding, no start files (three weak symbols to look up, and
# __cxa_finalize; constructors run without them), two segments instead of four,
# and no libc by name: whoever can use this library has it loaded already, and
# neither it nor its symbol versions have to be looked for.  What is linked so is
# first linked with libc for proof that nothing else is wanted (libc-proof.so).
LIBRARY_LDFLAGS = -shared -nostartfiles -Wl,-z,lazy -Wl,-z,relro \
	-Wl,-z,noexecstack -Wl,-z,noseparate-code -Wl,-soname,libnpabi.so \
	-Wl,--as-needed -Wl,--hash-style=gnu -Wl,--gc-sections \
	-Wl,--version-script=shim/preload/exports.map

# A layer's sources, and those in a folder named after the machine, if any.
# Without a compiler it is empty: scripts/setup may only be about to install one.
MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null)))
CORE = base elf decode facts verdict report
sources = $(sort $(foreach d,$(1),$(wildcard shim/$(d)/*.c shim/$(d)/$(MACHINE)/*.c)))
objects = $(patsubst %.c,$(O)/obj/%.o,$(1))

# The page of "npabi scan --format html", whose files become C strings.
page_files := $(sort $(wildcard shim/scan/html/page.*))
page_object = $(O)/obj/html-page.o

library_objects := $(call objects,$(call sources,$(CORE) preload))
command_objects := $(call objects,$(call sources,$(CORE) scan)) $(page_object)
suites := $(sort $(wildcard tests/unit/test_*.c))
test_sources := $(sort $(wildcard tests/unit/*.c tests/support/*.c))
# preload.c and main.c are the ways in: what they would start is under test.
unit_objects := $(filter-out $(O)/obj/shim/scan/main.o $(O)/obj/shim/preload/preload.o, \
	$(call objects,$(call sources,$(CORE) preload scan) $(test_sources)) $(O)/obj/suites.o \
	$(page_object))
preload_suites := $(sort $(wildcard tests/preload/test_*.c))
preload_check_objects := $(call objects,$(sort $(wildcard tests/preload/*.c)) \
	tests/support/run_program.c tests/support/temp_dir.c tests/unit/main.c) \
	$(O)/obj/preload-suites.o
fuzzers := $(patsubst tests/fuzz/%.c,$(O)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
fuzz_objects := $(filter-out $(O)/obj/shim/scan/main.o, \
	$(call objects,$(call sources,$(CORE) scan) tests/support/mutate.c)) $(page_object)
zydis = build/zydis/libzydis.a
# for the command alone; the archive, however it is linked
deflate = -l:libdeflate.a

# pkg-config is only asked when the tests are built
check_libs = $(eval check_libs := $$(shell pkg-config --libs check))$(check_libs)
check_flags = $(eval check_flags := $$(shell pkg-config --cflags check))$(if \
	$(check_libs),,$(error the tests need libcheck: run scripts/setup))$(check_flags)

ifeq ($(V),1)
Q =
quiet = @:
else
Q = @
quiet = @printf '  %-3s %s\n'
endif
MAKEFLAGS += --no-print-directory

all: $(O)/libnpabi.so $(O)/npabi

# what is compiled but not installed
programs: $(O)/unit $(O)/facts-check $(O)/preload-check

help:
	@echo 'make [V=1] [CC=...] [EXTRA_CFLAGS=...] TARGET'
	@echo
	@echo 'all             build/libnpabi.so and build/npabi (the default)'
	@echo 'check           sets the machine up, then builds and runs all tests'
	@echo 'check-fast      unit tests only: no set-up, no network'
	@echo 'check-fixtures  facts of several hundred builds against their truth (an hour)'
	@echo 'check-wheels    facts of all wheels in build/wheels against a slow reader'
	@echo 'check-predictions  3,000 verdicts on real imports against Python (ten minutes)'
	@echo 'check-asan      unit tests under AddressSanitizer and UBSan'
	@echo 'check-valgrind  unit tests under valgrind'
	@echo 'demo            shows a real mismatch, told before Python tells it'
	@echo 'bench           the cost, measured side by side'
	@echo 'fuzz            each fuzzer for FUZZ_SECONDS (60)'
	@echo 'lint            format, layers, sizes, exports, warnings, words'
	@echo 'format          formats the sources'
	@echo 'install         to DESTDIR, PREFIX (/usr/local), LIBDIR, BINDIR, DATADIR, MANDIR;'
	@echo '                uninstall'
	@echo 'clean           what was compiled; distclean: all of build/'

# --- building -------------------------------------------------------------

$(O)/libnpabi.so: $(O)/libc-proof.so
	$(quiet) LD $@
	$(Q)$(CC) $(LIBRARY_LDFLAGS) -nodefaultlibs $(library_objects) $(zydis) \
		$(EXTRA_CFLAGS) -lgcc -o $@

$(O)/libc-proof.so: $(library_objects) $(zydis) shim/preload/exports.map
	$(Q)$(CC) $(LIBRARY_LDFLAGS) -Wl,-z,defs $(library_objects) $(zydis) \
		$(EXTRA_CFLAGS) -o $@

$(O)/npabi: $(command_objects) $(zydis)
	$(quiet) LD $@
	$(Q)$(CC) $(COMMAND_LDFLAGS) -Wl,--gc-sections $(command_objects) $(zydis) \
		$(deflate) $(EXTRA_CFLAGS) -o $@

$(O)/unit: $(unit_objects) $(zydis)
	$(quiet) LD $@
	$(Q)$(CC) -rdynamic $(unit_objects) $(zydis) $(deflate) $(check_libs) -ldl \
		$(EXTRA_CFLAGS) -o $@

$(O)/preload-check: $(preload_check_objects)
	$(quiet) LD $@
	$(Q)$(CC) $^ $(check_libs) $(EXTRA_CFLAGS) -o $@

$(O)/facts-check: $(O)/obj/tests/facts/check_facts.o
	$(quiet) LD $@
	$(Q)$(CC) $< $(check_libs) $(EXTRA_CFLAGS) -o $@

$(O)/obj/%.o: %.c Makefile VERSION | $(zydis)
	$(quiet) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(TEST_FLAGS) -MMD -MP $(EXTRA_CFLAGS) -c $< -o $@

suite_lists = $(O)/suites.c $(O)/preload-suites.c
$(O)/obj/tests/%.o $(suite_lists:$(O)/%.c=$(O)/obj/%.o): TEST_FLAGS = -Itests $(check_flags)

# The list of suites follows the files: tests/unit/test_NAME.c has NAME_suite().
$(O)/suites.c: listed_suites = $(suites)
$(O)/preload-suites.c: listed_suites = $(preload_suites)
$(suite_lists): scripts/list-suites FORCE
	@mkdir -p $(@D)
	@scripts/list-suites $(listed_suites) >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(O)/html-page.c: scripts/embed-text $(page_files)
	@mkdir -p $(@D)
	$(Q)scripts/embed-text scan/html_template.h $(page_files) >$@

made_sources = $(suite_lists) $(O)/html-page.c
$(made_sources:$(O)/%.c=$(O)/obj/%.o): $(O)/obj/%.o: $(O)/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(TEST_FLAGS) $(EXTRA_CFLAGS) -c $< -o $@

$(zydis): scripts/build-zydis
	$(Q)CC='$(CC)' ZYDIS_SRC='$(ZYDIS_SRC)' scripts/build-zydis

# --- testing --------------------------------------------------------------

# the page of a scan is looked at in a browser
check:
	$(Q)scripts/setup chromium fonts-dejavu-core
	$(Q)$(MAKE) all check-fast
	$(Q)scripts/run-tests

# The suites of the command run the one that lies beside them; with a sanitizer's
# flags it cannot be linked statically, and they leave themselves out.
check-fast: $(O)/unit $(if $(findstring -fsanitize,$(EXTRA_CFLAGS)),,all)
	$(Q)CK_DEFAULT_TIMEOUT=$${CK_DEFAULT_TIMEOUT:-60} $(UNIT_WRAPPER) $(O)/unit

check-fixtures: all $(O)/facts-check
	$(Q)tests/facts/test_facts full

check-wheels: all
	$(Q)tests/truth/compare-wheels

# Python 2.7 and 3.6 to 3.13, and wheels from the package index
check-predictions: all
	$(Q)tests/predictions/predict.py --scan $(O)/npabi
	$(Q)tests/predictions/predict_wheels.py $(O)/npabi
	$(Q)tests/predictions/explain_said.py $(O)/npabi

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
check-asan:
	$(Q)$(MAKE) O=build/asan OPTIMIZE=-O1 EXTRA_CFLAGS='$(SANITIZE) $(EXTRA_CFLAGS)' \
		check-fast

check-valgrind:
	$(Q)CK_TIMEOUT_MULTIPLIER=10 CK_EXCLUDE_TAGS=native $(MAKE) check-fast UNIT_WRAPPER='valgrind \
		--quiet --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite'

bench:
	$(Q)scripts/setup
	$(Q)$(MAKE) all $(O)/bench-inspect
	$(Q)scripts/bench

$(O)/bench-inspect: $(O)/obj/tests/bench/inspect.o $(call objects,$(call sources,$(CORE))) \
		$(zydis)
	$(quiet) LD $@
	$(Q)$(CC) $^ $(EXTRA_CFLAGS) -o $@

FUZZ_SECONDS = 60
FUZZ_FLAGS = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
FUZZ_ENGINE = -fsanitize=fuzzer
# without libFuzzer a plain loop that changes the inputs
fuzz:
	$(Q)if scripts/run-fuzzers --has-engine; then \
		$(MAKE) O=build/fuzz CC=clang OPTIMIZE=-O1 EXTRA_CFLAGS='$(FUZZ_FLAGS)' \
			fuzz-programs; \
	else \
		$(MAKE) O=build/fuzz OPTIMIZE=-O1 EXTRA_CFLAGS='$(SANITIZE)' \
			FUZZ_ENGINE=build/fuzz/obj/tests/fuzz/plain_main.o fuzz-programs; \
	fi
	$(Q)scripts/run-fuzzers build/fuzz $(FUZZ_SECONDS)

fuzz-programs: $(fuzzers)

$(fuzzers): $(O)/%: $(O)/obj/tests/fuzz/%.o $(fuzz_objects) $(zydis) $(filter %.o,$(FUZZ_ENGINE))
	$(quiet) LD $@
	$(Q)$(CC) $^ $(deflate) $(EXTRA_CFLAGS) $(filter-out %.o,$(FUZZ_ENGINE)) -o $@

demo:
	$(Q)scripts/setup
	$(Q)$(MAKE) all
	$(Q)scripts/demo

# --- style ----------------------------------------------------------------

lint:
	$(Q)scripts/lint

format:
	$(Q)scripts/check-format --fix

# --- installing -----------------------------------------------------------

# Completions go where bash, zsh and fish look for them.
BASH = $(DATADIR)/bash-completion/completions
ZSH = $(DATADIR)/zsh/site-functions
FISH = $(DATADIR)/fish/vendor_completions.d

install: all
	install -d '$(DESTDIR)$(LIBDIR)' '$(DESTDIR)$(BINDIR)'
	install -m 755 $(O)/libnpabi.so '$(DESTDIR)$(LIBDIR)/libnpabi.so'
	install -m 755 $(O)/npabi '$(DESTDIR)$(BINDIR)/npabi'
	install -D -m 644 docs/man/npabi.1 '$(DESTDIR)$(MANDIR)/man1/npabi.1'
	install -D -m 644 docs/man/libnpabi.7 '$(DESTDIR)$(MANDIR)/man7/libnpabi.7'
	install -D -m 644 completions/npabi.bash '$(DESTDIR)$(BASH)/npabi'
	install -D -m 644 completions/_npabi '$(DESTDIR)$(ZSH)/_npabi'
	install -D -m 644 completions/npabi.fish '$(DESTDIR)$(FISH)/npabi.fish'
	$(if $(DESTDIR),,$(update_loader))

uninstall:
	rm -f '$(DESTDIR)$(LIBDIR)/libnpabi.so' '$(DESTDIR)$(BINDIR)/npabi' \
		'$(DESTDIR)$(MANDIR)/man1/npabi.1' '$(DESTDIR)$(MANDIR)/man7/libnpabi.7' \
		'$(DESTDIR)$(BASH)/npabi' '$(DESTDIR)$(ZSH)/_npabi' '$(DESTDIR)$(FISH)/npabi.fish'
	$(if $(DESTDIR),,$(update_loader))

# So that the bare LD_PRELOAD=libnpabi.so is found; musl has no such cache.
update_loader = if command -v ldconfig >/dev/null; then ldconfig; fi

clean:
	rm -rf $(O)/obj $(made_sources) $(O)/preload-check $(O)/libnpabi.so $(O)/libc-proof.so $(O)/npabi $(O)/unit \
		$(O)/bench-inspect \
		$(O)/facts-check build/gcc build/clang build/asan build/fuzz

distclean:
	rm -rf build

FORCE:
.PHONY: all programs help check check-fast check-fixtures check-wheels \
	check-predictions check-asan check-valgrind bench fuzz fuzz-programs \
	demo lint format install uninstall clean distclean FORCE
.DELETE_ON_ERROR:
# objects are kept
.SECONDARY:

-include $(wildcard $(O)/obj/*/*/*.d $(O)/obj/*/*/*/*.d)
