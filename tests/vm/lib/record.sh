# SPDX-License-Identifier: GPL-2.0
# Sourced by cases and by the runner: the figures of a run, for collect_records.
# shellcheck shell=bash

# record NAME UNIT VALUE SCENARIO [ARMS-JSON] [RUNS]: a figure of this run.
record() {
	mkdir -p "$OUT/bench"
	jq -nc --arg name "$1" --arg unit "$2" --argjson value "$3" --arg scenario "$4" \
		--argjson arms "${5:-{\}}" --argjson runs "${6:-1}" --arg kernel "$LABEL" \
		'{name: $name, kernel: $kernel, unit: $unit, value: $value, arms: $arms, runs: $runs, scenario: $scenario}' \
		>> "$OUT/bench/${1%%.*}.jsonl"
	echo "# $1 = $3 $2"
}

# calc EXPRESSION: awk's, with six decimals.
calc() { awk "BEGIN { printf \"%.6f\", $1 }"; }

# worst NUMBER..., least NUMBER...: the largest and the smallest.
worst() { printf '%s\n' "$@" | sort -g | tail -n 1; }
least() { printf '%s\n' "$@" | sort -g | head -n 1; }
