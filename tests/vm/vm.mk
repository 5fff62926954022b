# SPDX-License-Identifier: GPL-2.0
#
# The test host: everything that needs a real kernel.  T=GLOB chooses cases by
# name, K=LABEL a kernel (6.1, 6.12, 7.3, debug).

vm_run = tests/vm/run $(foreach t,$(T),-t '$(t)') $(foreach k,$(K),-k $(k))
# A host has two CPUs. The debug kernel comes last: it is built meanwhile.
vm_check = $(vm_run) -j $(shell echo $$((($$(nproc) + 1) / 2))) -k 6.1 -k 6.12 -k 7.3 -k debug

.PHONY: deps check-vm
deps: ## install what a fresh Debian 12 machine lacks (root)
	@tests/vm/deps

check-vm: deps ## the cases of make check alone; T=NAME K=6.12 chooses
	@$(if $(K),$(vm_run),$(vm_check))

.PHONY: check check-unit check-static check-debug soak bench demo
# A T or a K chooses among the cases; then these alone run.
check: deps ## everything that must hold at every landing, on all three kernels
ifneq ($(T)$(K),)
	@$(vm_run)
else
	@tests/check --beside tests/vm/debug-kernel/build 'unit: $(MAKE) -s check-unit' 'static: $(MAKE) -s check-static' 'fuzz: tests/fuzz/run 60' \
		'test host: $(vm_check)' 'must show: tests/must-show'
endif

check-debug: deps ## the suite on the debug kernel: KASAN, lockdep, kmemleak
	@$(vm_run) -k detectors -k debug --tier debug

soak: deps ## what takes long
ifneq ($(T)$(K),)
	@$(vm_run) --tier soak
else
	@tests/check 'fuzz: tests/fuzz/run 7200' 'test host: $(vm_run) --tier soak'
endif

bench: deps ## measure side by side on a clock that counts instructions; JSON in build/bench
	@$(vm_run) --tier bench --icount

demo: deps ## show the main job: a VF leased to a real guest, the kill, the VF back in the pool
	@$(vm_run) $(if $(K),,-k 6.12) --tier demo
