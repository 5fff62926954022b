# SPDX-License-Identifier: GPL-2.0
#
# The test host: everything that needs a real kernel.  T=GLOB chooses cases by
# name, K=LABEL a kernel (6.1, 6.12, 7.3).

vm_run = tests/vm/run $(foreach t,$(T),-t '$(t)')
vm_kernels = $(foreach k,$(K),-k $(k))

.PHONY: deps check-vm
deps: ## install what a fresh Debian 12 machine lacks (root)
	@tests/vm/deps

check-vm: deps ## the cases of make check alone; T=NAME K=6.12 chooses
	@$(vm_run) $(vm_kernels)
