#!/bin/bash
# Of events as fast as a VMM can have them for ten seconds, as many are there and counted as lost as there were; a burst that the buffer holds loses none.
# kernels: 6.1 6.12 7.3
# timeout: 400
# Not on the debug kernel: that boots without BPF among its security modules.
. "$TESTLIB/host.sh"
tool=${TOOL:-kvmshare}

watch() {
	"$tool" watch --only guard --json > /var/tmp/events 2> /var/tmp/err &
	watcher=$!
	wait_for 60 watches || bail "the rules are watched: $(cat /var/tmp/err)"
}
watches() { [ "$(cat /proc/$watcher/fdinfo/* 2> /dev/null | grep -c '^link_type')" -ge 31 ]; }
watch_ends() { kill -INT $watcher; wait $watcher; }
defer 'kill -9 $watcher 2> /dev/null'
delivered() { grep -c '"event": *"guard"' /var/tmp/events; }
of_flood() { grep -c '"rule": *"bpf"' /var/tmp/events; }
# The last line has what there was in all.
last() { jq -s "map(select(.event == \"lost\"))[-1].$1" /var/tmp/events; }

watch
kill -STOP $watcher
did=$(flood 60 4000)
kill -CONT $watcher
all() { [ "$(of_flood)" -ge "$did" ]; }
check "a burst is there, though nobody read meanwhile" wait_for 60 all
watch_ends
is "all of it" "$(of_flood)" "$did"
is "none of it is lost" "$(last lost)" 0

watch
did=$(flood 10)
watch_ends
note "$did in ten seconds: $(delivered) delivered, $(last lost) lost, of $(last produced)"
check "there were many" test "$did" -gt 1000
is "as many are delivered, and counted as lost, as there were" "$(($(delivered) + $(last lost)))" "$(last produced)"
# And the one that tells of the VM.
is "and as the VMM had" "$(last produced)" "$((did + 1))"
record mon.unaccounted_events events "$(($(last produced) - $(delivered) - $(last lost)))" "$did by two threads of a VMM in ten seconds"
