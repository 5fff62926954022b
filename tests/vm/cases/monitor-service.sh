#!/bin/bash
# The service has profiles hold, tells what it sees in the journal, a file and as metrics, needs next to nothing, and its end, its crash and its restart let nothing through.
# kernels: 6.1 6.12 7.3
# tier: soak
# timeout: 400
# Not on the debug kernel: that boots without BPF among its security modules.
. "$TESTLIB/host.sh"
unit=kvmshare-monitor
dir=/etc/kvmshare/guard.d
socket=/run/kvmshare-monitor/metrics.sock
log=/var/log/kvmshare/events.json
work=/var/tmp/monitor
mkdir -p $work $dir
defer "systemctl stop $unit; kvmshare guard off; rm -rf $dir/* $work $dir.away"
defer 'kill -9 $(jobs -p) 2> /dev/null'
cp "$(command -v act)" $work/vmm
printf '%s\n' "profile one" "mode enforce" "program $work/vmm" > $dir/one.profile

tried() { $work/vmm exec 2> /dev/null | tail -n 1; }
main_pid() { systemctl show -P MainPID $unit; }
# get PATH [METHOD]: what its socket answers.
get() {
	timeout 20 perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no socket\n";
		print $s "$ARGV[2] $ARGV[1] HTTP/1.0\r\n\r\n"; print while <$s>' "$socket" "$1" "${2:-GET}"
}
metric() { get /metrics | sed -n "s/^kvmshare_$1\({.*}\)\? //p" | head -n 1; }

is "nothing is denied before it runs" "$(tried)" "done"
check "it starts" systemctl start $unit
like "it says how it is" "$(systemctl show -P StatusText $unit)" 'the rules hold'
is "of capabilities it has those for programs" "$(sed -n 's/^CapBnd:\t//p' "/proc/$(main_pid)/status")" 000000c000200000
is "no program is off" "$(get /metrics | grep -c '^kvmshare_monitor_program_off')" 0
is "the profile of its directory holds" "$(tried)" refused

in_journal() { journalctl -q -t kvmshare-monitor -o json KVMSHARE_RULE=exec KVMSHARE_ACTION=denied | tail -n 1 | jq -r .KVMSHARE_JSON | jq -r .data.path; }
tells() { in_journal | grep -q '/true$'; }
check "it is in the journal, with its fields" wait_for 20 tells
in_file() { jq -r 'select(.rule == "exec" and .action == "denied") | .data.path' $log | grep -q '/true$'; }
check "and in the file" wait_for 20 in_file
is "which nobody else may read" "$(stat -c %a $log)" 640
counted() { [ "$(get /metrics | grep -c 'rule="exec",action="denied"')" = 1 ]; }
check "and among the metrics" counted
is "it says that the rules hold" "$(metric guard_armed)" 1
like "it answers one page alone" "$(get / | head -n 1)" 404
like "and to nothing but GET" "$(get /metrics POST | head -n 1)" 405
refuse "kvmshare guard events leaves its events to it" kvmshare guard events --for 1

# Whoever names a process, or asks, may be hostile.
odd=$work/$(printf 'a\nb"\\\001\377c')
cp $work/vmm "$odd"
printf '%s\n' "profile odd" "mode enforce" "program $work/a\\x0ab\\x22\\x5c\\x01\\xffc" > $dir/odd.profile
check "profiles are read again" systemctl reload $unit
odd_is_refused() { [ "$("$odd" exec 2> /dev/null | tail -n 1)" = refused ]; }
check "a path may have any bytes" wait_for 20 odd_is_refused
valid() { jq -s 'map(select(.process.comm | test("^a\\?b\""))) | length > 0' $log | grep -q true; }
check "the file is JSON all the same" wait_for 20 valid
for _ in 1 2 3 4 5 6 7 8; do
	head -c 3000 /dev/urandom | timeout 3 perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]);
		local $/; print $s <STDIN>; shutdown($s, 1); <$s>' $socket > /dev/null 2>&1
done
check "whatever comes to its socket, it answers on" counted
printf 'profile bad\nallow everything\n' > $dir/bad.profile
check "with a profile that is none" systemctl reload $unit
says_bad() { systemctl show -P StatusText $unit | grep -q 'bad.profile is not applied: line 2'; }
check "it says which, and why" wait_for 20 says_bad
is "and the others hold" "$(tried)" refused
rm $dir/bad.profile

# Attacks without a pause.
attack() {
	until [ -e $work/stop ]; do tried; done > $work/attacks
}
attack &
attacker=$!
sleep 1
check "it is restarted" systemctl restart $unit
sleep 1
kill -9 "$(main_pid)"
again() { [ "$(systemctl show -P ActiveState $unit)" = active ] && [ "$(metric guard_armed)" = 1 ]; }
check "it is killed, and starts again" wait_for 60 again
sleep 1
check "it is stopped" systemctl stop $unit
sleep 1
touch $work/stop
wait $attacker
check "there were attacks meanwhile" test "$(wc -l < $work/attacks)" -ge 4
is "none came through" "$(grep -cvx refused $work/attacks)" 0
is "and without it none does" "$(tried)" refused
before=$(jq -c 'select(.rule == "exec")' $log | wc -l)
check "it starts again" systemctl start $unit
more() { [ "$(jq -c 'select(.rule == "exec")' $log | wc -l)" -gt "$before" ]; }
check "and tells what was denied meanwhile" wait_for 20 more

for _ in $(seq 100); do storm wait 300 > /dev/null 2>&1 & done
hundred() { [ "$(get /metrics | grep -c '^kvmshare_exits_total.*reason="hlt"')" -ge 100 ]; }
check "of a hundred VMs it has the exits" wait_for 120 hundred
resident=$(metric monitor_resident_bytes)
note "with 100 VMs: $resident bytes resident"
check "it has less than 24 MiB" test "$resident" -lt $((24 << 20))
record mon.service_mib MiB "$(calc "$resident / 1048576")" "resident, with 100 VMs"
kill $(jobs -p) 2> /dev/null

mv $dir $dir.away
free() { [ "$(tried)" = "done" ]; }
check "without the directory nothing holds" wait_for 30 free
like "and it says so" "$(systemctl show -P StatusText $unit)" "no directory $dir"
mv $dir.away $dir
check "with it, it holds again at its next start" systemctl restart $unit
is "it does" "$(tried)" refused
