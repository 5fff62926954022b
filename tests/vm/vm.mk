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

.PHONY: check check-unit check-static check-debug soak bench demo
# A T or a K chooses among the cases; then these alone run.
check: deps ## everything that must hold at every landing, on all three kernels
ifneq ($(T)$(K),)
	@$(vm_run) $(vm_kernels)
else
	@tests/check 'unit: $(MAKE) -s check-unit' 'static: $(MAKE) -s check-static' \
		'test host: $(vm_run)' 'debug kernel: $(vm_run) -k debug --tier quick-debug'
endif

check-debug: deps ## the suite on the debug kernel: KASAN, lockdep, kmemleak
	@$(vm_run) -k debug

soak: deps ## what takes long
	@$(vm_run) $(vm_kernels) --tier soak

bench: deps ## measure side by side on a clock that counts instructions; JSON in build/bench
	@$(vm_run) $(vm_kernels) --tier bench --icount

demo: deps ## show the main job: a VF leased to a real guest, the kill, the VF back in the pool
	@$(vm_run) -k $(or $(K),6.12) --tier demo
