#!/bin/bash
# Exits of a real guest are as many as perf kvm stat records of the same run, and took as long as its trace says.
# kernels: 6.1 6.12 7.3
# tier: soak
# timeout: 400
# Not on the debug kernel: it was not run there yet.
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
tool=${TOOL:-kvmshare}

"$tool" exits --for 0 --histogram --json > /tmp/ours 2> /tmp/ours.err &
ours=$!
perf kvm stat record -a -m 4096 -o /tmp/perf.data > /tmp/perf.out 2>&1 &
perf=$!
defer "kill -9 $ours $perf"
armed() { [ "$(cat /proc/$ours/fdinfo/* 2> /dev/null | grep -c '^link_type')" -ge 5 ] && [ -s /tmp/perf.data ]; }
check "both count" wait_for 60 armed
sleep 2
guest_begin guest_run one stay
check "a guest begins" guest_waits one 120 '^guest: stays'
echo stop > "$(guest_monitor one).in"
rests() { local a b; a=$(guest_exits one); sleep 1; b=$(guest_exits one); [ "$a" = "$b" ]; }
check "its vCPU has stopped" wait_for 60 rests
kvm=$(guest_exits one)
kill -INT $ours $perf
wait $ours
wait $perf

note "$(tail -n 3 /tmp/perf.out | paste -sd';') $(perf script -i /tmp/perf.data 2>&1 | head -n 2 | paste -sd';')"
perf script -i /tmp/perf.data --ns -F tid,time,event 2> /dev/null > /tmp/script
recorded=$(grep -c 'kvm:kvm_exit:' /tmp/script)
lost=$(perf report -i /tmp/perf.data --stats 2> /dev/null | awk '/LOST/ { n += $NF } END { print n + 0 }')
paired=$(perf kvm -i /tmp/perf.data stat report 2>&1 | sed -n 's/.*Total Samples:\([0-9]*\).*/\1/p' | tail -n 1)
counted=$(jq "[.[] | select(.pid == $guest_pid_one) | .count] | add" /tmp/ours)
note "KVM counts $kvm, kvmshare $counted, perf records $recorded and lost $lost, of which its report has ${paired:-none}"
is "as many as KVM's own statistic" "$counted" "$kvm"
if [ "$lost" = 0 ]; then
	is "as many as perf records" "$counted" "$recorded"
else
	check "as many as perf records, and no more than it lost besides" test "$counted" -ge "$recorded"
	check "what it lacks it lost" test $((counted - recorded)) -gt 0
fi
# Its report has none that it did not see end: one at most of each vCPU, and those that it lost.
check "as many as its report has, but for what it leaves out" test $((counted - ${paired:-0} - lost)) -le 2

# The same trace, by powers of two of nanoseconds.
awk '$3 ~ /kvm_exit:/ { left[$1] = $2 + 0 }
	$3 ~ /kvm_entry:/ && ($1 in left) { ns = ($2 - left[$1]) * 1e9; s = 0; while (ns >= 256 * 2 ^ s && s < 23) s++; n[s]++; delete left[$1] }
	END { for (s in n) print s, n[s] }' /tmp/script | sort -n > /tmp/traced
jq -r "[.[] | select(.pid == $guest_pid_one) | .histogram[]] | group_by(.below_ns)[] | [.[0].below_ns // 0, (map(.count) | add)] | @tsv" /tmp/ours |
	awk '{ s = 0; while ($1 > 256 * 2 ^ s) s++; print ($1 ? s : 23), $2 }' | sort -n > /tmp/ours.histogram
apart=$(awk 'NR == FNR { a[$1] = $2; all += $2; next } { b[$1] = $2 } END { for (s = 0; s < 24; s++) { d = a[s] - b[s]; sum += d < 0 ? -d : d } printf "%.3f", sum / 2 / all }' /tmp/traced /tmp/ours.histogram)
note "traced: $(paste -sd, /tmp/traced); counted: $(paste -sd, /tmp/ours.histogram); apart $apart"
# What is near a power of two falls on either side: the two look a little apart from each other.
check "nine of ten are in the same power of two" test "$(calc "$apart <= 0.1")" = 1.000000
record mon.histogram_apart ratio "$apart" "of exits of a guest that boots, in another power of two than perf's trace has them"
guest_kill one
