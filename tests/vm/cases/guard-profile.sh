#!/bin/bash
# A profile holds for the VMMs of its program and what it lists they may, whatever process ends; one that is not confirmed ends by itself, and what held before does again; what disarms it does.
# kernels: 6.1 6.12 7.3
# landing: 6.1 7.3
# timeout: 300
# Not on the debug kernel: that boots without BPF among its security modules.
. "$TESTLIB/host.sh"
tool=${TOOL:-kvmshare}
dir=/etc/kvmshare/guard.d
work=/var/tmp/profile
mkdir -p $work/listed $dir
defer "$tool guard off; rm -rf $dir/* $work"
cp "$(command -v act)" $work/vmm
echo listed > $work/listed/file
echo other > $work/other
echo nothing > $work/listed/secret

# profile NAME LINE...: one for our VMM.
profile() {
	local name=$1; shift
	printf '%s\n' "profile $name" "program $work/vmm" "$@" > "$work/$name.profile"
}
applies() { "$tool" guard apply "$@" > $work/said 2>&1; }
vmm() { timeout 20 $work/vmm "$@" 2> /dev/null | tail -n 1; }
may() { is "$1" "$(vmm "${@:2}")" "done"; }
may_not() { is "$1" "$(vmm "${@:2}")" refused; }
status() { "$tool" guard status --json | jq -r ".profiles[] | select(.profile == \"$1\") | .$2"; }

refuse "where nothing holds, that is said" "$tool" guard status
like "and what to do" "$("$tool" guard status 2>&1)" 'kvmshare guard apply'
printf 'profile bad\nallow read relative\n' > $work/bad.profile
like "what is wrong with a profile is said with its line" "$("$tool" guard apply $work/bad.profile 2>&1)" 'line 2: a path begins with /'
is "and nothing runs by it" "$("$tool" guard status --json 2> /dev/null)" ""

profile one "mode enforce" "rule signal observe" "allow exec /usr/bin/true" "allow exec /bin/true" "allow device 1:1" \
	"allow read $work/listed/" "allow nothing $work/listed/secret" "allow read /proc/self/" \
	"allow read /etc/" "allow read /usr/bin/true" "allow read /lib/" "allow read /usr/lib/" "allow connect 9" "allow bind 4711"
check "a profile is applied" applies $work/one.profile
is "no process of the tool is needed for it to hold" "$(pgrep -c -x kvmshare)" 0
is "it is shown" "$(status one mode)" enforce
may "what it lists is allowed: a program" exec
may_not "others are not: a shell" exec-shell
may "a file" open $work/listed/file
may_not "but not one that is excepted" open $work/listed/secret
may_not "nor any other" open $work/other
may "a device" device /dev/mem
may_not "but no other" device /dev/port
may "its own entries in /proc" open /proc/self/status
may_not "but nobody else's" open /proc/1/comm
may_not "what it does not speak of it denies" setuid
is "for others what is common holds: they are told of alone" "$(act setuid)" "done"
is "what is no VMM may what it may" "$(cat $work/other)" other

profile one "mode enforce" "allow exec /nowhere"
check "it is replaced by one of its name" applies $work/one.profile
may_not "which holds instead" exec
may "and lists no files: it may open them" open $work/other
may_not "what is in no directory is executed by nobody" exec-memfd
profile one "mode enforce" "allow exec /usr/bin/true" "allow exec /bin/true"
check "one that has to be confirmed is applied" applies --confirm-within 20 $work/one.profile
may "it holds" exec
check "it says how long" test "$(status one left_s)" -le 20
ended() { [ "$(status one mode)" = ended ]; }
check "nobody confirms it" wait_for 40 ended
may_not "what held before does again" exec
refuse "it is too late to confirm it" "$tool" guard confirm one
check "it is applied again" applies --confirm-within 60 $work/one.profile
check "and confirmed" "$tool" guard confirm one
is "it holds for ever" "$(status one left_s)" null
may "as it says" exec
check "confirming it again is no error" "$tool" guard confirm one
profile one "mode enforce" "allow exec /nowhere"
check "one is only observed" applies --observe $work/one.profile
may "and denies nothing" exec
is "it says so" "$(status one mode)" observe
is "that is what holds from boot on" "$(sed -n 's/^mode //p' $dir/one.profile)" observe

printf '%s\n' "profile all" "mode enforce" "rule exec deny" > $work/all.profile
check "one without a program is for all others" applies $work/all.profile
is "who has none is denied by it" "$(act exec)" refused
may "who has one has that" exec
check "it is removed" "$tool" guard remove all
is "what is common holds again" "$(act exec)" "done"
refuse "it is gone" "$tool" guard remove all
like "what is listed comes and goes with its profile" "$("$tool" guard diff $work/one.profile $work/all.profile)" 'allow exec /nowhere'

check "an administrator has it hold" applies --enforce $work/one.profile
may_not "it does" exec
check "and switches it all off" "$tool" guard off
may "nothing is denied" exec
echo "$(cat /proc/cmdline) kvmshare.guard=off" > $work/cmdline
mount --bind $work/cmdline /proc/cmdline
refuse "with kvmshare.guard=off nothing is applied" "$tool" guard apply $work/one.profile
like "and that is why" "$("$tool" guard apply $work/one.profile 2>&1)" 'kvmshare.guard=off'
refuse "nor watched with --enforce" "$tool" watch --enforce --for 1
umount /proc/cmdline
mv $dir $dir.away
refuse "nor without the directory" "$tool" guard apply $work/one.profile
mv $dir.away $dir
may "nothing holds" exec
check "with both as they were it does" applies --enforce $work/one.profile
may_not "again" exec
