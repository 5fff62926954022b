#!/bin/bash
# Every program proves that it fires on this kernel; and what each VM does now is shown, the most of it first.
# kernels: 6.1 6.12 7.3
# timeout: 400
# Not on the debug kernel: that boots without BPF among its security modules.
. "$TESTLIB/host.sh"
tool=${TOOL:-kvmshare}
modprobe kvmshare
defer "modprobe -r kvmshare"

"$tool" watch check --json > /var/tmp/check
is "that ends well" $? 0
note "$(jq -r 'map(select(.state != "fires")) | map("\(.program) \(.state): \(.why)") | join("; ")' /var/tmp/check)"
is "no program is silent, and none is off" "$(jq -r 'map(select(.state == "silent" or .state == "off").program) | join(" ")' /var/tmp/check)" ""
check "of every object some fire" jq -e 'map(select(.state == "fires").object) | unique == ["abuse", "detail", "exits", "guard"]' /var/tmp/check
check "nearly all of them do" jq -e 'map(select(.state == "fires")) | length >= 40' /var/tmp/check
refuse "nobody but an administrator may have them do it" setpriv --reuid 1000 --clear-groups --inh-caps=-all "$tool" watch check
# One that is kept from it is silent, and that is told: nothing makes a user namespace here.
echo 0 > /proc/sys/user/max_user_namespaces
is "one that is not asked is told" "$("$tool" watch check --json 2> /dev/null | jq -r '.[] | select(.state == "silent") | .program')" guard_userns
echo 1000 > /proc/sys/user/max_user_namespaces

# It is there before them: an emulated processor has been seen to stumble where code that it is
# about to run is changed, as it is when programs are attached.
"$tool" top --count 8 --interval 2 --json > /var/tmp/top &
top=$!
shows() { [ -s /var/tmp/top ]; }
check "it is shown" wait_for 60 shows
storm cpuid 60 & busy=$!
storm wait 60 & idle=$!
defer "kill -9 $top $busy $idle"
wait $top
note "$(tail -n 1 /var/tmp/top)"
is "as often as that was asked" "$(wc -l < /var/tmp/top)" 8
of() { tail -n 1 /var/tmp/top | jq -r ".[] | select(.pid == $1) | .$2"; }
is "the one that does most is first" "$(tail -n 1 /var/tmp/top | jq -r '.[0].pid')" $busy
is "it is told for what" "$(of $busy most)" cpuid
check "and how often" test "$(of $busy exits_per_s)" -gt 1000
check "which takes most of its time" test "$(of $busy 'busy_percent > 20')" = true
# Of one that has no exit there is nothing to show.
check "one that waits takes next to none" test "$(tail -n 1 /var/tmp/top | jq "map(select(.pid == $idle and .busy_percent >= 20)) | length")" = 0
check "it has its number" test "$(of $busy vm)" -gt 0
kill -9 $busy $idle
like "for people it is a table, or says why it is none" "$("$tool" top --count 1)" 'no guest runs'
refuse "by what there is not it is not sorted" "$tool" top --sort beauty
