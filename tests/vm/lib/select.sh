# SPDX-License-Identifier: GPL-2.0
# Sourced by run: which cases run where.  A case's own header lines say it.
# shellcheck shell=bash

# header CASE FIELD
header() { sed -n "s/^# $2: *//p" "$vm_dir/cases/$1.sh" | head -n 1; }

# tiers_of_run TIER LABEL: what must hold at every landing must hold on the debug
# kernel too; at every landing there is time for a small part of that.
tiers_of_run() {
	case $1,$2 in
	debug,*) echo check debug ;;
	check,debug) echo debug-quick ;;
	*) echo "$1" ;;
	esac
}

in_tier() {
	local name=$1 have want
	have=$(header "$name" tier)
	for want in $(tiers_of_run "$2" "$3"); do
		[[ " ${have:-check} " != *" $want "* ]] || return 0
	done
	return 1
}

on_kernel() {
	local kernels
	kernels=$(header "$1" kernels)
	[[ " ${kernels:-$kernel_labels debug} " = *" $2 "* ]]
}

# What is not of one kernel more than of another need not run on all of them each time.
at_landing() {
	local kernels
	[ "$2" = check ] || return 0
	kernels=$(header "$1" landing)
	[[ " ${kernels:-$3} " = *" $3 "* ]]
}

matches() {
	local name=$1 glob; shift
	[ $# -gt 0 ] || return 0
	# shellcheck disable=SC2053
	for glob; do [[ $name != $glob ]] || return 0; done
	return 1
}

# select_cases LABEL TIER GLOB...: their names, in order of name.
select_cases() {
	local label=$1 tier=$2 f name; shift 2
	for f in "$vm_dir"/cases/*.sh; do
		name=$(basename "$f" .sh)
		in_tier "$name" "$tier" "$label" && on_kernel "$name" "$label" &&
			at_landing "$name" "$tier" "$label" && matches "$name" "$@" || continue
		echo "$name"
	done
}
