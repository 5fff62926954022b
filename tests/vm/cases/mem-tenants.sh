#!/bin/bash
# Two tenants' memory is never mergeable at once where both are sealed; a VMM that advises its own memory is found, reported, and taken apart in a window.
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load

both_mergeable() { [ "$(of "$1" advised_bytes)" -gt 0 ] && [ "$(of "$2" advised_bytes)" -gt 0 ]; }

tenant_guest "a tenant's VM begins" red red1 mib=24 same=50 layout=clustered
tenant_guest "another of its begins" red red2 mib=24 same=50 layout=clustered
check "of one tenant, both are let in" wait_for 30 both_mergeable red1 red2
check "and merged with each other" wait_for 120 is_merged red1 2200
read -r shared _ <<< "$(shared_pages red1 red2)"
check "which page frames show, taken for two" [ "$shared" -gt 1500 ]

# -- Another tenant's, alike in all
tenant_guest "one of another tenant begins" blue blue1 mib=24 same=50 layout=clustered
crossed=0 looked=0
for ((i = 0; i < 10; i++)); do
	both_mergeable red1 blue1 && break
	read -r shared looked <<< "$(shared_pages red1,red2 blue1)"
	crossed=$((crossed + shared))
	sleep 1
done
is "the other's is not mergeable at the same time, in ten looks" "$i" 10
is "and no page is both's" "$crossed" 0
record mem.cross_tenant_pages pages "$crossed" "of $looked of two tenants alike in all, both sealed, in ten looks"
is "it says why" "$(of blue1 reason)" "memory of another tenant is mergeable"
is "nothing of it is merged" "$(of blue1 merging_pages)" 0
refuse "the module cannot be unloaded meanwhile" modprobe -r kvmshare_mem
is "nobody was exposed" "$(of red1 exposed_times) $(of blue1 exposed_times)" "0 0"

# -- A process that is no VM, with mergeable memory
memload vm=0 mib=16 same=50 layout=clustered advise=1 < <(sleep 300) > /tmp/process 2>&1 &
process=$!
defer "kill -9 $process"
check "another process's memory is mergeable" wait_for 60 grep -q ready /tmp/process
check "what is sealed goes out for that" wait_for 60 is_apart red1
check "that it was exposed until then is told" [ "$(of red1 exposed_times)" -gt 0 ]
note "$(of red1 exposed_pages) pages of it were merged then"
check "it is not any more" wait_for 10 eval '[ "$(of red1 exposed_ms)" = 0 ]'
kill -9 "$process"

# -- A VMM that is nobody's, and advises itself
guest "a VMM advises its own memory" rogue mib=16 same=50 layout=clustered advise=1
check "it is taken apart" wait_for 20 is_apart rogue
for name in red1 red2 blue1; do
	check "every page of $name is as it was" guests_are_right $name
done
check "the last hour has a row for each minute" wait_for 90 eval '[ "$(kvmshare --json mem history | jq length)" -ge 2 ]'
