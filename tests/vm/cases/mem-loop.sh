#!/bin/bash
# ksmd and khugepaged undo each other's work, of two VMs with a page alike in each huge one: it is ended, the huge pages come back, and both threads rest.
# timeout: 400
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load
mib=24
all=$((mib / 2))	# huge pages of each
sleep_ms=$(cat $thp/khugepaged/scan_sleep_millisecs)
defer "echo $sleep_ms > $thp/khugepaged/scan_sleep_millisecs"
echo 1000 > $thp/khugepaged/scan_sleep_millisecs

echo 3000 > $mem/rest_windows # ten minutes: who was out is not tried again meanwhile

huge_of() { of "$1" huge_pages; }
is_out() { [ "$(of "$1" merged)" = 0 ] && is_apart "$1"; }
has_huge() { [ "$(huge_of "$1")" -ge "$2" ]; }

guest "a VM in huge pages is there" a mib=$mib layout=one
guest "another is" b mib=$mib layout=one
check "it has them" wait_for 20 has_huge a $((all * 95 / 100))
for name in a b; do
	check "$name is let in on trial" wait_for 60 eval "[ \"\$(of $name huge_pages_before)\" -gt 0 ]"
done
for name in a b; do
	check "$name is taken out, since it does not pay" wait_for 120 is_out $name || note "$(mem_state)"
	note "$name: $(of $name reason); before: $(of $name huge_pages_before), now: $(huge_of $name)"
	like "and it is said why" "$(of $name reason)" 'does not pay|it did not pay|takes more|put together again|worth more'
done
kvmshare mem rebuild | sed 's/^/# /'
for name in a b; do
	check "$name has its huge pages again" wait_for 60 has_huge $name $((all * 95 / 100))
done
record mem.pingpong_thp_kept percent $((($(huge_of a) + $(huge_of b)) * 100 / (2 * all))) "of the huge pages of two VMs of $mib MiB"
check "every page is as it was" guests_are_right a b

# -- Both rest
check "ksmd stops" wait_for 30 eval '[ "$(cat $ksm/run)" = 0 ]'
ksmd=$(cat $mem/ksmd_ns) splits=$(cat $mem/splits)
sleep 5
rested=$(($(cat $mem/ksmd_ns) - ksmd))
note "ksmd took $rested ns of five seconds, $(($(cat $mem/splits) - splits)) huge pages were split"
check "and has nothing to do" [ "$rested" -lt 50000000 ]
is "no huge page is split any more" "$(cat $mem/splits)" "$splits"
