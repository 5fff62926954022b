# SPDX-License-Identifier: GPL-2.0
#
# The simulator: the scheduler's own files under a clock that only counts.

SIM_SOURCES := $(addprefix tests/sim/,kvmshare-sim.c scenario.c timeline.c) \
	$(addprefix kmod/vgpu/,tree.c place.c early.c fair.c fifo.c sched.c)

.PHONY: sim
sim: $(BUILD)/kvmshare-sim ## build kvmshare-sim, which shows what a scenario's clients get
$(BUILD)/kvmshare-sim: $(SIM_SOURCES) $(wildcard tests/sim/*.h kmod/vgpu/*.h) tests/sim/sim.mk
	@mkdir -p $(@D)
	@echo "  CC      $(@F)"
	@$(CC) -std=gnu17 -O2 -g -Wall -Wextra -Wno-unused-parameter -Werror -o $@ $(SIM_SOURCES)

SIM_COMPARE := tests/sim/compare.c $(addprefix kmod/vgpu/,tree.c place.c early.c fair.c fifo.c sched.c)

.PHONY: sim-compare
sim-compare: $(BUILD)/sim-compare ## the scheduler beside others on the same loads, simulated; build/bench/sim.json
	@mkdir -p $(BUILD)/bench
	@$< $(BUILD)/bench/sim.json
$(BUILD)/sim-compare: $(SIM_COMPARE) $(wildcard tests/sim/*.h kmod/vgpu/*.h) tests/sim/sim.mk
	@mkdir -p $(@D)
	@echo "  CC      $(@F)"
	@$(CC) -std=gnu17 -O2 -g -Wall -Wextra -Wno-unused-parameter -Werror -o $@ $(SIM_COMPARE) $$(pkg-config --cflags --libs json-c) -lm
