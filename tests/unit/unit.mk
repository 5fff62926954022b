# SPDX-License-Identifier: GPL-2.0
#
# The pure files, tested on the machine that builds, with sanitizers. Each
# tests/unit/test_*.c is a program: it includes the .c files that it tests.

UNIT_OUT   := $(BUILD)/unit
UNIT_TESTS := $(patsubst tests/unit/%.c,$(UNIT_OUT)/%,$(sort $(wildcard tests/unit/test_*.c)))

UNIT_CFLAGS := -std=gnu17 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wno-unused-parameter -Werror \
	-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-Iinclude -DKVMSHARE_RELEASE='"$(VERSION)"'
unit_pkgs = $(shell pkg-config --cflags --libs cmocka json-c libpci libxml-2.0) -lm

$(UNIT_OUT)/%: tests/unit/%.c tests/unit/unit.mk
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(UNIT_CFLAGS) -MMD -MP -MF $@.d -o $@ $< $(unit_pkgs)

-include $(UNIT_OUT)/*.d

.PHONY: check-unit unit-programs
unit-programs: $(UNIT_TESTS)

check-unit: ## the pure logic, on this machine, with sanitizers (T=GLOB chooses)
	@$(MAKE) --no-print-directory -j2 unit-programs
	@tests/unit/run $(UNIT_OUT) '$(or $(T),*)'
	@[ ! -e userspace/userspace.mk ] || $(MAKE) --no-print-directory tool-check
