# SPDX-License-Identifier: GPL-2.0
#
# What can be said of the sources without running them.

.PHONY: check-static
check-static: ## checkpatch, licences, and the modules for every kernel with W=1 and sparse (root)
	@tests/static/run
