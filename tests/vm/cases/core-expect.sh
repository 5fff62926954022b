#!/bin/bash
# A process announces its VM before it makes it, through exec too, and the entry stands until it ends.
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
core_load

for how in exec thread-exec; do
	vmm_start "$how"
	id=$(tell "$how" expect web blue)
	like "$how: expecting gives an id" "$id" '^[0-9]+$'
	is "$how: the entry is expected" "$(vm "$id" state)" expected
	is "$how: it has its tenant" "$(vm "$id" tenant)" blue
	is "$how: expecting again gives the same" "$(tell "$how" expect)" "$id"
	is "$how: the process becomes another program" "$(tell "$how" "$how")" 0
	check "$how: two passes later" passed
	is "$how: the entry is still expected" "$(vm "$id" state)" expected
	fd=$(tell "$how" create)
	check "$how: its VM takes that entry" wait_for 10 vm_is "$id" state running
	is "$how: and there is no other" "$(vm_ids "$how")" "$id"
	is "$how: it keeps its name" "$(vm "$id" name)" web
	second=$(tell "$how" create)
	check "$how: a second VM gets an entry of its own" found "$how" 2
	is "$how: with the same tenant" "$(cat "$vms"/*/tenant | sort -u)" blue
	tell "$how" close "$second" > /dev/null
	check "$how: which ends with it" wait_for 5 has_vms "$how" 1
	tell "$how" close "$fd" > /dev/null
	check "$how: the first is expected again once its VM is closed" wait_for 5 vm_is "$id" state expected
	is "$how: with its tenant" "$(vm "$id" tenant)" blue
	fd=$(tell "$how" create)
	is "$how: attaching the next VM takes it" "$(tell "$how" attach "$fd")" "$id"
	is "$how: at once" "$(vm "$id" state)" running
	if [ "$how" = exec ]; then vmm_kill "$how"; else vmm_quit "$how"; fi
	check "$how: the entry ends with the process" wait_for 5 gone "$id"
done

vmm_start early
id=$(tell early expect soon)
vmm_kill early
check "a process that never made its VM leaves no entry" wait_for 5 gone "$id"

# A child is another process.
vmm_start parent
id=$(tell parent expect p)
child=$(tell parent fork)
defer "kill -9 $child"
vmm_quit parent
check "an entry does not pass to a child" wait_for 5 gone "$id"
kill -9 "$child"

# The user that it becomes is the user of its VM.
chmod 666 /dev/kvm
vmm_start dropped
id=$(tell dropped expect d)
is "the process becomes another user" "$(tell dropped uid 1234)" 0
tell dropped create > /dev/null
check "its VM runs" wait_for 10 vm_is "$id" state running
is "as that user's" "$(vm "$id" uid)" 1234
vmm_quit dropped
core_is_empty
