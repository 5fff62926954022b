# SPDX-License-Identifier: GPL-2.0
# Sourced by run: from what a host left behind to one line a result:
#   ok|not ok - CASE: WHAT [# SKIP REASON]
# shellcheck shell=bash

# allowed_skip LABEL CASE WHAT: is it on the reviewed list?
allowed_skip() {
	awk -F'\t' -v label="$1" -v name="$2" -v what="$3" '
		/^#/ || NF < 4 { next }
		$1 == name && index(" " $2 " ", " " label " ") && $3 == what { found = 1 }
		END { exit !found }' "$vm_dir/skips.tsv"
}

# A line of TAP without its number, under the name of its case.
plain_tap() { grep -E '^(not )?ok' "$2" | sed -E "s/^(not ok|ok) [0-9]+/\1/; s/ - / - $1: /"; }

# Skips that nobody reviewed are failures.
judge_skips() {
	local label=$1 name=$2 line what
	while read -r line; do
		what=${line#ok - "$name": }
		what=${what%% # SKIP*}
		if [[ $line = ok*'# SKIP'* ]] && ! allowed_skip "$label" "$name" "$what"; then
			line="not ok - $name: $what (skipped, and not in skips.tsv: ${line#*# SKIP })"
		fi
		echo "$line"
	done
}

case_results() {
	local label=$1 name=$2 out=$3
	if ! grep -q "^end $name " "$out/progress"; then
		echo "not ok - $name: it comes to its end"
	elif [ ! -f "$out/$name.tap" ] || ! grep -q '^1\.\.[1-9]' "$out/$name.tap"; then
		echo "not ok - $name: it prints a plan"
	fi
	[ ! -f "$out/$name.tap" ] || plain_tap "$name" "$out/$name.tap" | judge_skips "$label" "$name"
	[ ! -f "$out/$name.host" ] || plain_tap "$name" "$out/$name.host"
}

expects_trouble() {
	local name
	while read -r name; do
		[ "$(header "$name" trouble)" != expected ] || return 0
	done < "$1"
	return 1
}

# The console may know of what the log did not live to tell.
console_results() {
	local queue=$1 out=$2 console=$3 line
	grep -q '^done ' "$out/progress" || echo "not ok - host: it powers off by itself"
	! expects_trouble "$queue" || return 0
	line=$(trouble < "$console" | sed -n 1p)
	[ -z "$line" ] || grep -qs '^not ok' "$out"/*.host || echo "not ok - host: its console is clean: $line"
}

# summarise LABEL QUEUE OUT CONSOLE
summarise() {
	local label=$1 queue=$2 out=$3 console=$4 name
	[ ! -f "$out/host.host" ] || plain_tap host "$out/host.host"
	while read -r name; do case_results "$label" "$name" "$out"; done < "$queue"
	console_results "$queue" "$out" "$console"
}

# count_results FILE...: "N passed, N failed, N skipped"; fails unless all is well.
count_results() {
	cat "$@" | awk '
		/^not ok/ { failed++; next }
		/^ok.*# SKIP/ { skipped++; next }
		/^ok/ { passed++ }
		END {
			printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
			exit failed > 0 || passed == 0
		}'
}
