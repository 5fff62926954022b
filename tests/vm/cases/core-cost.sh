#!/bin/bash
# Looking for VMs costs below 0.1 percent of a CPU with 100 VMs and 2,000 other processes.
# covers: kmod/core kmod/compat include
# tier: bench
# timeout: 600
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
core_load

vms_wanted=100 others=2000 fds=60
input=$(mktemp -u) said=$(mktemp)
mkfifo "$input"
crowd $vms_wanted $others $fds < "$input" > "$said" &
defer "kill -9 $!"
exec {hold}> "$input"
check "the crowd is there" wait_for 300 grep -q ready "$said" || exit 1
check "all of its VMs are entered" wait_for 120 eval "[ \$(all_vms) = $vms_wanted ]"

# What a pass costs once all is known, from passes that follow one another.
costs=()
for i in {1..9}; do
	passed || not_ok "discovery goes on, time $i"
	costs+=("$(cat /sys/kernel/kvmshare/discovery_cost_us)")
done
median=$(median "${costs[@]}")
note "passes of ${costs[*]} us"
interval_us=$(($(cat /sys/kernel/kvmshare/discovery_interval_ms) * 1000))
percent=$(awk -v c="$median" -v i="$interval_us" 'BEGIN { printf "%.4f", 100 * c / i }')
record core.discovery_cost percent "$percent" \
	"$vms_wanted VMs with $fds descriptors each, $others other processes, a pass each second" \
	"{\"pass_us\": $median}" 9
check "that is below 0.1 percent of a CPU" awk -v p="$percent" 'BEGIN { exit !(p < 0.1) }'

exec {hold}>&-
core_is_empty
