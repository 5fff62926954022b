# SPDX-License-Identifier: GPL-2.0
#
# The kernel modules: built for one kernel, checked, and installed by DKMS.

# -- For one kernel ------------------------------------------------------------

# The name that the kernel of KDIR has for itself; its modules are built in a
# copy of the sources, so that kernels do not disturb each other.
krelease = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
kcopy    = $(BUILD)/modules/$(krelease)

.PHONY: modules kcopy kbuild kbuild-clean
modules: kcopy ## build the modules for one kernel: KDIR=its headers (default: the running one's)
	@flock $(kcopy)/.lock $(MAKE) --no-print-directory -C $(kcopy) kbuild KDIR=$(KDIR)
	@ls $(kcopy)/kmod/*/*.ko

kcopy:
	@[ -n "$(krelease)" ] || { echo "make modules: $(KDIR) is no kernel build tree: install its headers (linux-headers-...) or name another with KDIR=" >&2; exit 1; }
	@mkdir -p $(kcopy)
	@cp -au $(filter-out kmod,$(wildcard $(KERNEL_PARTS))) kmod $(kcopy)/

# In place: what `make modules` and DKMS call in their copies.
kbuild:
	@kmod/compat/probe $(KDIR) kmod/compat
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(KBUILD_ARGS) modules

kbuild-clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	@rm -rf kmod/compat/probed.h kmod/compat/probed.log

.PHONY: modules-check
modules-check: ## the same with W=1 and sparse: no warning passes
	@rm -rf $(BUILD)/check/$(krelease)
	@$(MAKE) --no-print-directory kcopy kcopy=$(BUILD)/check/$(krelease)
	@kmod/check $(BUILD)/check/$(krelease) $(KDIR)

.PHONY: clean
clean: ## remove what was built (the cache of root file systems stays)
	rm -rf $(BUILD)/modules $(BUILD)/check $(BUILD)/static $(BUILD)/unit $(BUILD)/userspace

# -- By DKMS, for every kernel -------------------------------------------------

.PHONY: install install-modules install-tool uninstall uninstall-modules uninstall-tool need-root
install: need-root install-modules install-tool ## install all of it, the modules by DKMS (root; KERNELS=releases)
	@echo "kvmshare $(VERSION) is installed: 'modprobe kvmshare_vf' loads it, 'kvmshare doctor' looks at this host"

uninstall: need-root uninstall-tool uninstall-modules ## remove all of it again (root)

install-modules: need-root
	@kmod/dkms-install $(VERSION) $(wildcard $(KERNEL_PARTS))

uninstall-modules: need-root
	@kmod/dkms-uninstall

need-root:
	@[ $$(id -u) = 0 ] || { echo "make install: needs root: run it with sudo" >&2; exit 1; }
