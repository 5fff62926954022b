# SPDX-License-Identifier: GPL-2.0
# Sourced by run: what takes too long for every landing is kept in
# docs/results/TIER.md, a row for each case and figure on each kernel, with the
# commit that it was seen on and a sum of the files that it covers. tests/must-show
# holds the rows against the tree.
# shellcheck shell=bash

# What a figure speaks of, and any case on the debug kernel, which watches kernel
# code; and what a case does elsewhere, unless it says other in a line
# "# covers: PATH...". A module or a subcommand beside these touches neither, nor
# does what the kernels are asked for such a module.
covered_kernel="kmod/core kmod/vf kmod/compat/compat.h kmod/compat/override.h kmod/compat/types.h include/uapi/kvmshare.h"
covered_sched="kmod/vgpu/sched kmod/vgpu/engines kmod/vgpu/dispatch.c kmod/vgpu/jobs.c kmod/vgpu/strikes.c kmod/vgpu/tab.c kmod/vgpu/time.c kmod/compat/types.h"
covered_vgpu="kmod/vgpu :!kmod/vgpu/device :!kmod/vgpu/mdev kmod/compat/compat.h kmod/compat/types.h include/uapi/kvmshare_vgpu.h"
covered_mdev="kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h"
covered_mem="kmod/ksm-tune kmod/compat/ksm.h kmod/compat/vma.h kmod/compat/compat.h kmod/compat/types.h"
covered="$covered_kernel userspace/lib userspace/host userspace/libvirt userspace/cmd/run.c packaging"

kept_tier() { case $1 in soak|bench|debug) ;; *) return 1 ;; esac; }

# keep_row FILE WHAT KERNEL RESULT COVERS: in place of what stood there of that.
keep_row() {
	local file=$1 what=$2 kernel=$3 rows sum
	[ -e "$file" ] || {
		mkdir -p "$(dirname "$file")"
		printf '%s\n' "# make $(basename "$file" .md)" '' \
			'Seen by hand-started runs; written by tests/vm/run, read by tests/must-show.' '' \
			'| what | kernel | result | covers | sum | date | commit |' '|---|---|---|---|---|---|---|' > "$file"
	}
	# shellcheck disable=SC2086
	sum=$("$top/tests/sum-of" $5)
	# Where this is the only row, none is left beside it, which grep calls a failure.
	rows=$(sed 1,6d "$file" | grep -vF "| $what | $kernel |" || true)
	sed -i '7,$d' "$file"
	printf '%s\n' "$rows" \
		"| $what | $kernel | $4 | $5 | $sum | $(date +%F) | $(git -C "$top" rev-parse --short HEAD) |" |
		grep . | LC_ALL=C sort >> "$file"
}

covers_of() {
	local covers
	covers=$(header "$2" covers)
	if is_debug "$1"; then covers_kernel "$2"; else echo "${covers:-$covered}"; fi
}

# covers_figure NAME: how engines are shared is up to some of their module only, and
# guests' devices to some other.
covers_figure() {
	case $1 in
	vgpu.guest_*|vgpu.neighbour_*|vgpu.*_vs_qemu) echo "$covered_mdev" ;;
	vgpu.*) echo "$covered_sched" ;;
	*) covers_kernel "$1" ;;
	esac
}

# covers_kernel NAME: of the modules, by what a case or figure is called.
covers_kernel() {
	case $1 in
	vgpu*) echo "$covered_vgpu" ;;
	mdev-*) echo "$covered_mdev" ;;
	mem-*|mem.*) echo "$covered_mem" ;;
	*) echo "$covered_kernel" ;;
	esac
}

keep_cases() {
	local file=$1 label=$2 name result
	while read -r name; do
		# It fails where a case did; the row says that, and the others are kept too.
		result=$(grep -E "^(not )?ok - $name(:|$)" "$build/$label/results" | count_results /dev/stdin || true)
		keep_row "$file" "$name" "$label" "$result" "$(covers_of "$label" "$name") tests/vm/cases/$name.sh"
	done < "$build/$label/share/in/queue"
}

keep_figures() {
	local file=$1 label=$2 name value unit scenario
	find "$build/$label/out" -path '*/bench/*.jsonl' -exec cat {} + |
		jq -r '[.name, (.value | tostring), .unit, .scenario] | @tsv' |
		while IFS=$'\t' read -r name value unit scenario; do
			keep_row "$file" "$name" "$label" "$value $unit: $scenario" "$(covers_figure "$name")"
		done
}

# keep_results TIER LABEL: only of what is committed. Other kernels of the same
# run may be at it, too.
keep_results() {
	local file=$top/docs/results/$1.md label=$2
	kept_tier "$1" && [ -s "$build/$label/results" ] &&
		git -C "$top" rev-parse -q --verify HEAD > /dev/null || return 0
	if [ -n "$(git -C "$top" status --porcelain -- kmod include userspace packaging tests/vm/cases)" ]; then
		say "[$label] docs/results is left as it is: what ran is not committed"
		return
	fi
	(
		flock 9
		keep_cases "$file" "$label"
		keep_figures "$file" "$label"
	) 9> "$build/.results.lock"
}
