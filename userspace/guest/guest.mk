# SPDX-License-Identifier: GPL-2.0
#
# What a guest needs to use its vGPU: a library, and a program that measures.  Neither
# needs more than a C library, and the program is static, to be copied into any guest.

GUEST_OUT := $(BUILD)/guest
guest_cc = $(CC) -std=gnu17 -D_GNU_SOURCE $(US_CFLAGS) $(US_WARN) -Iinclude -MMD -MP

.PHONY: guest
guest: $(GUEST_OUT)/libkvmshare-gpu.a $(GUEST_OUT)/kvmshare-gpu-bench ## build what guests use: kvmshare-gpu-bench and its library

$(GUEST_OUT)/%.o: userspace/guest/%.c userspace/guest/guest.mk
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(guest_cc) -c -o $@ $<

$(GUEST_OUT)/libkvmshare-gpu.a: $(GUEST_OUT)/gpu.o
	@echo "  AR      $(@F)"
	@rm -f $@; $(AR) rcs $@ $^

$(GUEST_OUT)/kvmshare-gpu-bench: $(GUEST_OUT)/bench.o $(GUEST_OUT)/libkvmshare-gpu.a
	@echo "  LD      $(@F)"
	@$(CC) $(US_CFLAGS) -static -o $@ $^

-include $(GUEST_OUT)/*.d
