# SPDX-License-Identifier: GPL-2.0
# Sourced by cases that compare who decides on merging, after mem.sh: the same load once
# for each arm, on a host where memory is short, which is what all of them are for.
# shellcheck shell=bash

# arms: at each landing two; else all, but the scan-time advisor where a kernel has none.
arms() {
	if [ "$TIER" != soak ]; then echo ksmtuned kvmshare; return; fi
	echo off defaults ksmtuned
	[ ! -e $ksm/advisor_mode ] || echo advisor
	echo kvmshare
}

begin_off() { :; }
begin_defaults() { echo 1 > $ksm/run; }
begin_advisor() {
	echo scan-time > $ksm/advisor_mode
	echo 1 > $ksm/run
}
# Debian's, with its own configuration. It looks once a minute: half of one has gone by.
begin_ksmtuned() {
	PIDFILE=/tmp/ksmtuned.pid ksmtuned
	sleep 30
}
# As it comes, but for ksmd's share of a CPU, which is the advisor's.
begin_kvmshare() {
	defer "modprobe -r kvmshare_mem 2> /dev/null"
	modprobe kvmshare_mem
	echo 70 > $mem/ksmd_cpu_percent
}

end_off() { :; }
end_defaults() { :; }
end_advisor() { echo none > $ksm/advisor_mode; }
end_ksmtuned() { pkill -P "$(cat /tmp/ksmtuned.pid)"; kill "$(cat /tmp/ksmtuned.pid)"; } 2> /dev/null
end_kvmshare() { modprobe -r kvmshare_mem; }

# ksm_as_booted: nothing is merged, and ksmd has its kernel's defaults.
ksm_as_booted() {
	echo 2 > $ksm/run
	echo 0 > $ksm/run
	echo 100 > $ksm/pages_to_scan
	echo 20 > $ksm/sleep_millisecs
}

# short_of_memory MIB: when so many are used, an eighth is free, by pages that nobody uses: so
# that it is short of it for ksmtuned, whatever merging saves.
short_of_memory() {
	local pool=/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages free total
	total=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)
	free=$(awk '/^(MemFree|Buffers|Cached)/ { n += $2 } END { print n }' /proc/meminfo)
	defer "echo 0 > $pool"
	echo $(((free - $1 * 1024 - total / 8) / 2048)) > $pool
}

# vm OPTION...: a VM of the load, by a name that ksmtuned knows. Its VMM advises its
# memory as QEMU does, where it is not the policy that decides.
vm() {
	local nr=${#load_pids[@]} advise=1
	[ "$arm" != kvmshare ] || advise=0
	rm -f "/tmp/load.$nr"
	(exec -a "qemu-system-x86_64 -enable-kvm" memload advise=$advise seed=$((nr + 1)) "$@" < <(exec sleep 100000)) \
		> "/tmp/load.$nr" 2>&1 &
	load_pids+=($!)
	defer "kill -9 $! 2> /dev/null"
}
load_is_ready() { [ "$(cat /tmp/load.* | grep -c '^ready')" = ${#load_pids[@]} ]; }

# load_mergeable: KiB that merging can save of it: a page that is the same in several VMs
# is needed once, a zero page never.
load_mergeable() {
	cat /tmp/load.* | awk '/^ready/ { n += $2; if ($2 > most) most = $2; zero += $3 } END { print (n - most + zero) * 4 }'
}

load_ends() {
	kill -9 "${load_pids[@]}"
	wait "${load_pids[@]}"
	rm -f /tmp/load.*
	load_pids=()
} 2> /dev/null

# figures CSV MERGEABLE: what came of an arm, as JSON. t50 and t90 are null where it never
# came that far; what is saved is the mean of the last fifth, and mean_mib that of all.
figures() {
	awk -F, -v all="$2" '
		NR == 2 { for (i = 1; i <= NF; i++) first[i] = $i }
		NR > 1 {
			if ($2 >= all / 2 && t50 == "") t50 = $1
			if ($2 >= all * 9 / 10 && t90 == "") t90 = $1
			n++; saved[n] = $2; total += $2
			for (i = 1; i <= NF; i++) last[i] = $i
		}
		END {
			for (i = int(n * 4 / 5) + 1; i <= n; i++) { sum += saved[i]; count++ }
			printf "{\"saved_mib\":%.1f,\"mean_mib\":%.1f,\"t50_s\":%s,\"t90_s\":%s", sum / count / 1024, total / n / 1024, t50 == "" ? "null" : t50, t90 == "" ? "null" : t90
			printf ",\"ksmd_s\":%.2f,\"khugepaged_s\":%.2f", (last[8] - first[8]) / 1e9, (last[9] - first[9]) / 1e9
			printf ",\"huge_kept_percent\":%.0f", first[3] ? last[3] * 100 / first[3] : 100
			printf ",\"splits\":%d,\"collapses\":%d,\"cow\":%d", last[5] - first[5], last[6] - first[6], last[7] - first[7]
			printf ",\"available_mib\":%.0f,\"passes\":%d}\n", last[4] / 1024, last[10] - first[10]
		}' "$1"
}

# length_of ARM: nothing comes of one that is off.
length_of() { [ "$1" = off ] && echo $((length / 5)) || echo "$length"; }

# compare LOAD SECONDS: each arm has LOAD, a function, for so long, which is $length; what
# came of all of them in $compared, by arm.
compare() {
	local load=$1 arm csv mergeable
	length=$2
	load_pids=()
	compared='{}'
	mkdir -p "$OUT/bench"
	for arm in $(arms); do
		ksm_as_booted
		"$load"
		check "$arm: the load is there" wait_for 120 load_is_ready || return
		mergeable=$(load_mergeable)
		"begin_$arm"
		grep -H . $ksm/* $thp/khugepaged/* > "$OUT/bench/$load.$arm.knobs" 2> /dev/null
		csv=$OUT/bench/$load.$arm.csv
		mem-sample "$(length_of "$arm")" > "$csv"
		"end_$arm"
		load_ends
		compared=$(jq -c --arg arm "$arm" --argjson figures "$(figures "$csv" "$mergeable")" '.[$arm] = $figures' <<< "$compared")
		note "$arm: $(jq -c ".$arm" <<< "$compared")"
	done
	compared=$(jq -c --argjson all "$((mergeable / 1024))" '.mergeable_mib = $all' <<< "$compared")
	echo "$compared" > "$OUT/bench/$load.json"
	ksm_as_booted
}

# of_arm ARM FIGURE
of_arm() { jq -r ".$1.$2" <<< "$compared"; }

# best_other FIGURE: of the arm beside kvmshare that saves most; where several do, of the
# one for which ksmd takes least.
best_other() {
	jq -r '[del(.kvmshare, .mergeable_mib) | to_entries[] | .value] | (map(.saved_mib) | max) as $most |
		map(select(.saved_mib >= $most * 0.99)) | min_by(.ksmd_s) | .'"$1" <<< "$compared"
}

# by_cpu ARM: MiB saved for each second that ksmd and khugepaged took.
by_cpu() { jq -r ".$1 | .saved_mib / ([.ksmd_s + .khugepaged_s, 0.01] | max)" <<< "$compared"; }

# by_arm EXPRESSION: that of each arm's figures, for record.
by_arm() { jq -c "del(.mergeable_mib) | map_values($1)" <<< "$compared"; }

# ratio A B: with null for something that did not come to pass within $length.
ratio() {
	[ "$1" != null ] || { echo null; return; }
	calc "$1 / $([ "$2" = null ] && echo "$length" || echo "$2")"
}

# figure NAME UNIT VALUE BOUND SCENARIO [ARMS]: recorded, and as good as BOUND (>=N, <=N).
figure() {
	record "$1" "$2" "$3" "$5" "${6:-{\}}"
	check "$1 is $4" jq -en "$3 != null and $3 $4"
}
