# SPDX-License-Identifier: GPL-2.0
#
# What a guest sends, in any order and shape, against the pure device; and how much of
# that the inputs which were found reach.

.PHONY: fuzz
fuzz: ## what guests may send against the pure device, S=60 seconds; coverage in build/fuzz
	@tests/fuzz/run '$(or $(S),60)'
