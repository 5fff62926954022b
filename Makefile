# SPDX-License-Identifier: GPL-2.0
#
# `make` alone prints what there is: every line of this file, and of those it
# includes, that reads "target: ## what it does".

SHELL := /bin/bash
.DEFAULT_GOAL := help

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
BUILD   := $(CURDIR)/build
KDIR    ?= /lib/modules/$(shell uname -r)/build
export KVMSHARE_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/kvmshare

# What a kernel's build needs of this tree, and what DKMS keeps of it.
KERNEL_PARTS := Kbuild Makefile dkms.conf COPYING LICENSES include kmod

.PHONY: help
help: ## print this list
	@echo "kvmshare $(VERSION)"
	@sed -n 's/^\([a-z][a-zA-Z0-9_ -]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | \
		awk -F'\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'

-include kmod/kmod.mk
-include tests/unit/unit.mk
-include tests/fuzz/fuzz.mk
-include tests/sim/sim.mk
-include tests/static/static.mk
-include tests/vm/vm.mk
-include userspace/userspace.mk
-include userspace/guest/guest.mk
