#!/bin/bash
# The cycles of vf-cycles.sh in full: 2,000 of them.
# covers: kmod/core kmod/vf kmod/compat include
# timeout: 3000
# tier: soak
CYCLES=2000
. "$(dirname "${BASH_SOURCE[0]}")/vf-cycles.sh"
