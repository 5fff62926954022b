# SPDX-License-Identifier: GPL-2.0
# Sourced by run: the figures that cases recorded, one list for each area in
# build/bench/AREA.json.  A record stands for its name on its kernel; a later
# run replaces it.  What a case compared is in LOAD.KERNEL.json, and its curves in
# LOAD.KERNEL.ARM.csv and LOAD.KERNEL.png.
# shellcheck shell=bash

bench_dir=$top/build/bench

# collect_records OUT...
collect_records() {
	local out file area old
	mkdir -p "$bench_dir"
	for out; do
		for file in "$out"/bench/*.jsonl; do
			[ -e "$file" ] || continue
			area=$(basename "$file" .jsonl)
			old=$bench_dir/$area.json
			[ -s "$old" ] || echo '[]' > "$old"
			jq -s --slurpfile old "$old" '
				. as $new
				| [$old[0][] | select(. as $o | any($new[]; .name == $o.name and .kernel == $o.kernel) | not)] + $new
				| sort_by(.name, .kernel)' "$file" > "$old.new"
			mv "$old.new" "$old"
		done
	done
}

# collect_curves LABEL OUT
collect_curves() {
	local file load arm csv arms
	for file in "$2"/bench/*.json; do
		[ -e "$file" ] || continue
		load=$(basename "$file" .json) arms=()
		cp "$file" "$bench_dir/$load.$1.json"
		for csv in "$2/bench/$load".*.csv; do
			arm=$(basename "$csv" .csv)
			arm=${arm#"$load".}
			cp "$csv" "$bench_dir/$load.$1.$arm.csv"
			cp "${csv%.csv}.knobs" "$bench_dir/$load.$1.$arm.knobs"
			arms+=("$arm=$csv")
		done
		"$vm_dir/plot" "$bench_dir/$load.$1.png" "$load, $1" "${arms[@]}"
	done
}

# print_records OUT...: what this run measured, as a table.
print_records() {
	find "$@" -path '*/bench/*.jsonl' -exec cat {} + |
		jq -rs 'sort_by(.name, .kernel)[] | [.name, .kernel, (.value | tostring), .unit, .runs,
			([.arms | to_entries[] | "\(.key) \(.value)"] | join(", "))] | @tsv' |
		awk -F'\t' '
			NR == 1 { printf "\n%-24s %-7s %12s %-14s %5s  %s\n", "figure", "kernel", "value", "unit", "runs", "arms" }
			{ printf "%-24s %-7s %12s %-14s %5s  %s\n", $1, $2, $3, $4, $5, $6 }'
}
