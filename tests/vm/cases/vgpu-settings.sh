#!/bin/bash
# What an administrator changes while clients work: shares, policies, the watchdog, and who may have what.
# tier: check soak
# covers: kmod/vgpu :!kmod/vgpu/device :!kmod/vgpu/mdev kmod/compat/compat.h kmod/compat/types.h include/uapi/kvmshare_vgpu.h
# timeout: 900
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load
e=$engines/soft0
# An emulated host can be kept from running for longer than a job may last.
echo 5000000 > $e/job_limit_us

load_start work 600 weight=1 weight=1 weight=1
check "three clients" wait_for 20 eval '[ "$(ids_of "${load_pid[work]}" | wc -l)" = 3 ]'
mapfile -t ids < <(ids_of "${load_pid[work]}")
v=$vgpus/${ids[0]}
refuse "a weight of nothing is refused" eval "echo 0 > $v/weight"
refuse "a weight above all" eval "echo 10001 > $v/weight"
refuse "what is no number" eval "echo much > $v/weight"
refuse "a minimum above the cap" eval "echo 30 > $v/cap_percent; echo 31 > $v/minimum_percent"
is "the cap stays" "$(cat $v/cap_percent)" 30
echo 100 > "$v/cap_percent"
check "a minimum" eval "echo 70 > $v/minimum_percent"
refuse "minimums that add up to more than all" eval "echo 31 > $vgpus/${ids[1]}/minimum_percent"
is "are left as they were" "$(cat "$vgpus/${ids[1]}/minimum_percent")" 0
echo 0 > "$v/minimum_percent"
refuse "a slice too long" eval "echo 30001 > $v/slice_us"
refuse "a policy that is none" eval "echo lottery > $e/policy"
refuse "who is no administrator changes nothing, whatever the file's mode" \
	setpriv --bounding-set -sys_admin --inh-caps -sys_admin sh -c "echo 5 > $v/weight"

# Changes under load: the books balance.
changes=$(size 300 10000)
for ((i = 0; i < changes; i++)); do
	v=$vgpus/${ids[i % 3]}
	case $((RANDOM % 5)) in
	0) echo $((RANDOM % 10000 + 1)) > "$v/weight" ;;
	1) echo $((RANDOM % 30)) > "$v/minimum_percent" ;;
	2) echo $((RANDOM % 71 + 30)) > "$v/cap_percent" ;;
	3) echo $((RANDOM % 29900 + 100)) > "$v/slice_us" ;;
	4) [ $((i % 2)) = 0 ] && echo fifo > $e/policy || echo fair > $e/policy ;;
	esac || break
done
is "all changes were taken" $i "$changes"
echo fair > $e/policy
for id in "${ids[@]}"; do echo 1 > "$vgpus/$id/weight"; echo 0 > "$vgpus/$id/minimum_percent"; echo 100 > "$vgpus/$id/cap_percent"; echo 2000 > "$vgpus/$id/slice_us"; done
kill -STOP "${load_pid[work]}"
check "stopped, they have nothing more to do" wait_for 20 eval '! grep -qs -e running -e waiting $vgpus/*/state'
is "the engine's busy time is what its clients had" "$(cat $e/busy_ns)" \
	"$(($(cat $vgpus/*/run_ns | paste -sd+)))"
kill -CONT "${load_pid[work]}"
check "they go on" wait_for 20 grep -qs running $vgpus/*/state
like "their slices are told" "$(od -An -tu8 -w24 "$v/switches" | tail -n 1)" '^ +[1-9][0-9]+ +[1-9][0-9]+ +[1-9][0-9]+$'
check "and many of them" [ "$(od -An -tu8 -w24 -v "$v/switches" | wc -l)" -gt 100 ]
check "after a while the engine says how even it was" wait_for 20 eval '[ "$(cat $e/busy_clients)" = 3 ] && [ "$(cat $e/jain_ppm)" -gt 900000 ]'
check "and that it was busy" [ "$(cat $e/load_ppm)" -gt 500000 ]
kill -9 "${load_pid[work]}"
is_empty

# The watchdog.  A host that is busy itself takes more of a job's time than a
# short limit would allow.
refuse "no limit at all is refused" eval "echo 0 > $e/job_limit_us"
check "a limit" eval "echo 150000 > $e/job_limit_us"
load_start neighbour $((12 * slowness)) count=4096
load_start hangs $((10 * slowness)) count=4000000,repeat=100,depth=64
check "who hangs the engine is quarantined" wait_for 20 eval 'grep -qs quarantined $vgpus/*/state'
id=$(ids_of "${load_pid[hangs]}")
is "after three strikes" "$(cat "$vgpus/$id/strikes")" 3
like "and the log says so" "$(dmesg | tail -n 20)" "vgpu $id \(vgpu-load\) is quarantined"
load_ends "its descriptor says why" hangs
like "of jobs that ran late, and of those that waited" "$(cut -d' ' -f2,3 "$load_dir/hangs")" '^0 6[4-7]$'
load_ends "its neighbour goes on" neighbour
# The emulated CPU itself may stand still for longer than the limit, once or twice.
check "and is not quarantined" [ "$(cut -d' ' -f3 "$load_dir/neighbour")" -lt 3 ]
is_empty

# Who may have what.
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups vgpu-load 0.1 "$@" 2>&1; }
like "who is not allowed has nothing" "$(nobody weight=1)" "quota"
check "allowed" vgpu-ctl allow 65534 1 100 10 50 1048576
check "it has a client" nobody weight=100,cap=50,min=10
like "of no more weight" "$(nobody weight=101,cap=50)" "quota"
like "nor a larger cap" "$(nobody weight=1)" "quota"
like "nor a larger minimum" "$(nobody weight=1,cap=50,min=11)" "quota"
like "nor more memory" "$(nobody cap=50,count=300000)" "quota"
like "nor more of them" "$(nobody cap=50 cap=50)" "quota"
check "one after another" nobody cap=50
check "taken back" vgpu-ctl allow 65534
like "it has nothing again" "$(nobody cap=50)" "quota"
like "what was not given is not taken back" "$(vgpu-ctl allow 65534 2>&1)" ENOENT
# Strikes are a user's: the next descriptor does not end a quarantine.
check "allowed once more" vgpu-ctl allow 65534 4 100 0 100 67108864
nobody_hangs() { setpriv --reuid=65534 --regid=65534 --clear-groups vgpu-load 60 count=4000000,repeat=100,depth=64; }
nobody_hangs > /dev/null 2>&1 &
hangs=$!
defer "pkill -9 vgpu-load"
check "it hangs the engine, and is quarantined" wait_for 30 eval 'grep -qs quarantined $vgpus/*/state'
pkill -9 vgpu-load
wait $hangs 2> /dev/null
is_empty
like "it has no other client then" "$(nobody weight=1)" "Permission denied"
echo 1000 > $e/strikes_window_ms
check "until that is long enough ago" wait_for 20 nobody weight=1
echo 60000 > $e/strikes_window_ms
check "taken back again" vgpu-ctl allow 65534
like "who is no administrator allows nobody" \
	"$(setpriv --bounding-set -sys_admin --inh-caps -sys_admin vgpu-ctl allow 65534 1 1 0 1 0 2>&1)" EPERM
is_empty
