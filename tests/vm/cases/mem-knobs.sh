#!/bin/bash
# What somebody else writes to a knob of the kernel's stays as written, is reported, and is the policy's again when an administrator says so; unloading puts back what is the policy's, and nothing else.
# timeout: 200
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
pages=$(cat $ksm/pages_to_scan)
mem_load
case $(uname -r) in 6.1.*) hides=1 ;; *) hides=0 ;; esac
knob() { grep "^$1 " $mem/knobs; }

guest "a VM is there" a mib=32 same=50 layout=clustered
guest "another is" b mib=32 same=50 layout=clustered
check "ksmd is set going" wait_for 30 eval '[ "$(cat $ksm/run)" = 1 ]'
check "at a pace of the policy's" wait_for 30 eval '[ "$(cat $ksm/pages_to_scan)" != '"$pages"' ]'
like "which it is told to be" "$(knob ksm/pages_to_scan)" " ours .* before $pages$"
is "programs are told of all of them" "$(kvmshare --json mem status | jq -c '.knobs | map(split(" ")[0])')" \
	'["ksm/run","ksm/pages_to_scan","ksm/sleep_millisecs","ksm/smart_scan","khugepaged/max_ptes_shared"]'

# -- Balancing
like "while it does not balance, nothing hides memory from ksmd" "$(kvmshare mem status)" "balancing hides[^0-9]* 0"
balance 0 1
like "whether that does on this kernel is said" "$(kvmshare mem status)" "balancing hides[^0-9]* $hides"
balance 0 0

# -- Somebody else
echo 77 > $ksm/pages_to_scan
check "it is told that somebody else has it" wait_for 10 eval 'grep -q "^ksm/pages_to_scan theirs" $mem/knobs'
of a mode off
of b mode off
sleep 3
of a mode on
of b mode on
sleep 5
is "it stays as written, whatever is decided" "$(cat $ksm/pages_to_scan)" 77
like "the others are still the policy's" "$(knob ksm/run)" ' ours '
like "the log tells of it" "$(dmesg)" 'ksm/pages_to_scan: somebody else wrote 77'

# -- Taken back
refuse "a knob that there is not is no knob" kvmshare mem reclaim ksm/other
check "it is taken back" kvmshare mem reclaim ksm/pages_to_scan
check "and turned again" wait_for 30 eval '[ "$(cat $ksm/pages_to_scan)" != 77 ]'

# -- At the end
echo 55 > $ksm/sleep_millisecs
check "another is somebody else's" wait_for 10 eval 'grep -q "^ksm/sleep_millisecs theirs" $mem/knobs'
guest_ends a
guest_ends b
check "the module goes" modprobe -r kvmshare_mem
is "what was the policy's is as it was found by it" "$(cat $ksm/pages_to_scan) $(cat $ksm/run)" "77 0"
is "what was not is left" "$(cat $ksm/sleep_millisecs)" 55
echo "$pages" > $ksm/pages_to_scan
echo 20 > $ksm/sleep_millisecs

# -- Seen alone
modprobe kvmshare_mem
echo 1 > $mem/observe
guest "where it only observes, a VM is there" c mib=32 same=50 layout=clustered
check "it decides" wait_for 10 eval '[ "$(of c merged)" = 1 ]'
like "its plan says what it would do" "$(kvmshare mem plan)" "VM $(basename "$(vm_of c)") +not mergeable +mergeable"
sleep 2
is "it does nothing" "$(of c advised_bytes) $(cat $ksm/run)" "0 0"
