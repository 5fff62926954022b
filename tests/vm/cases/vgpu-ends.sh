#!/bin/bash
# However a client or an engine ends, nothing of it stays, and the others go on.
# timeout: 240
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load soft_engines=2
# An emulated host can be kept from running for longer than a job may last.
echo 5000000 > $engines/soft0/job_limit_us
is "two engines, as asked for" "$(cd $engines && echo soft*)" "soft0 soft1"

# Clients with long jobs, killed at random moments; one that stays beside them.
rounds=$(size 30 300)
load_start stays $((rounds / 2)) engine=soft0
for ((i = 0; i < rounds; i++)); do
	load_start "k$i" 60 engine=soft0,depth=64 engine=soft0,count=1000000,depth=8 engine=soft1
	sleep "0.$((RANDOM % 4 + 1))"
	kill -9 "${load_pid[k$i]}"
done
for ((i = 0; i < rounds; i++)); do wait "${load_pid[k$i]}"; done 2> /dev/null
load_ends "one that stayed beside them got its jobs done" stays
check "and many of them" [ "$(jobs_of stays)" -gt 100 ]
is "all of them well" "$(cut -d' ' -f3,4 "$load_dir/stays")" "0 0"
is_empty
is "no client is shown" "$(ls $vgpus)" ""

# A descriptor that a child has outlives its process, and means nothing.
check "a client of a process that ends is over, though a child has its descriptor" vgpu-orphan
is_empty

# An engine goes with work on it.
load_start doomed 60 engine=soft1,depth=64 engine=soft1,count=1000000,depth=8
load_start other 4 engine=soft0
check "two work on it" wait_for 20 eval '[ "$(cat $engines/soft1/clients)" = 2 ]'
check "an engine with work is removed" vgpu-ctl remove soft1
check "and is gone" [ ! -e $engines/soft1 ]
check "its clients' descriptors stay" kill -0 "${load_pid[doomed]}"
is "with nothing to run" "$(cat "$vgpus/$(ids_of "${load_pid[doomed]}" | head -n 1)/state")" ended
like "it is not removed twice" "$(vgpu-ctl remove soft1 2>&1)" ENODEV
load_ends "the other engine's client goes on" other
check "and got its jobs done" [ "$(jobs_of other)" -gt 20 ]
kill -9 "${load_pid[doomed]}"
is_empty
is "another one takes its name" "$(vgpu-ctl add)" soft1
like "near a node that is none there is no engine" "$(vgpu-ctl add 63 2>&1)" EINVAL

load_start holds 60 engine=soft0
check "a client" wait_for 10 eval '[ "$(live clients)" = 1 ]'
refuse "under which the module does not go" modprobe -r kvmshare_vgpu
kill -9 "${load_pid[holds]}"
is_empty
for _ in 1 2 3; do
	check "it unloads" modprobe -r kvmshare_vgpu
	check "and loads" modprobe kvmshare_vgpu soft_engines=16
done
is "with as many engines as there may be" "$(ls -d $engines/soft* | wc -l)" 16
