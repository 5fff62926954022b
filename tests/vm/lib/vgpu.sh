# SPDX-License-Identifier: GPL-2.0
# Sourced by cases about engines and their clients, after host.sh.
# shellcheck shell=bash

engines=/sys/kernel/kvmshare/engines
vgpus=/sys/kernel/kvmshare/vgpus
counters=/sys/kernel/kvmshare/counters

# vgpu_load [OPTION...]: the module, which goes when the case ends.
vgpu_load() {
	modprobe kvmshare_vgpu "$@" || bail "kvmshare_vgpu loads"
	defer "modprobe -r kvmshare_vgpu"
}

# live OBJECT: how many there are.
live() { cat "$counters/vgpu_$1"; }

nothing_lives() { [ "$(live clients) $(live pages) $(live jobs)" = "0 0 0" ]; }
is_empty() { check "nothing is left" wait_for 20 nothing_lives; }

# program_says PROGRAM...: a case's own program, whose lines are checks.
program_says() {
	local ended=no word rest
	while read -r word rest; do
		case $word in
		ok) ok "$rest" ;;
		end) ended=yes ;;
		*) not_ok "${rest#ok }" ;;
		esac
	done < <("$@")
	is "all of it ran" $ended yes
}

# load_start NAME SECONDS SPEC...: vgpu-load in the background, its output kept.
declare -A load_pid
load_dir=$(mktemp -d)
load_start() {
	local name=$1; shift
	vgpu-load "$@" > "$load_dir/$name" 2>&1 &
	load_pid[$name]=$!
	defer "kill -9 ${load_pid[$name]}"
}

# load_ends WHAT NAME: WHAT holds if it comes to its end well.
load_ends() {
	if wait "${load_pid[$2]}"; then ok "$1"; else
		not_ok "$1"; note "$(cat "$load_dir/$2")"; false
	fi
}

# jobs_of NAME: jobs that its clients got done, in their order, one a line.
jobs_of() { cut -d' ' -f2 "$load_dir/$1"; }

# engine_time ENGINE: nanoseconds, without those that its thread waited for a CPU.
engine_time() {
	local waited
	read -r _ waited _ < "/proc/$(pgrep -x "kvmshare/$1")/schedstat"
	echo $((${EPOCHREALTIME/./} * 1000 - waited))
}

# load_parts NAME SECONDS: which part of the time of soft0 each of its clients has, in
# percent and in their order.  Jobs done would tell, too, what an emulated CPU was not
# given meanwhile.
load_parts() {
	local files begin end time i
	mapfile -t files < <(ids_of "${load_pid[$1]}" | sed "s,.*,$vgpus/&/run_ns,")
	time=$(engine_time soft0)
	mapfile -t begin < <(cat "${files[@]}")
	sleep "$2"
	time=$(($(engine_time soft0) - time))
	mapfile -t end < <(cat "${files[@]}")
	for i in "${!files[@]}"; do
		part $((end[i] - begin[i])) $time
		echo
	done
}

# ids_of PID: its clients.
ids_of() { grep -lsx -- "$1" "$vgpus"/*/owner_pid | sed 's,.*/\([0-9]*\)/owner_pid$,\1,' | sort -n; }

# about WHAT GOT WANTED PERCENT: WHAT holds if GOT is within so many percent of WANTED.
about() {
	if awk -v g="$2" -v w="$3" -v p="$4" 'BEGIN { d = g - w; if (d < 0) d = -d; exit !(d <= w * p / 100) }'; then
		ok "$1"
	else
		not_ok "$1"; note "got:    $2"; note "wanted: $3, within $4 percent"; false
	fi
}

# part N TOTAL: in percent.
part() { awk -v n="$1" -v t="$2" 'BEGIN { printf "%.2f", t ? 100 * n / t : 0 }'; }
