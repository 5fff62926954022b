#!/bin/bash
# The tool's words about engines and those who share them: seen, changed, watched, traced, measured; and what it says where that cannot be.
# kernels: 6.1 6.12 7.3
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
vgpu_load

like "the engines are listed" " $(field 'map(.name) | join(" ")' kvmshare engine list) " ' edu0 soft0 '
is "one is shown" "$(field '.kind + " " + .policy' kvmshare engine show soft0)" "soft fair"
exits 1 "one that is not there" kvmshare engine show soft9
like "is said so" "$said" "none of that name"
exits 2 "and a word too many" kvmshare engine list soft0

# -- Engines
added=$(field .name kvmshare engine add)
is "one is made" "$(cat $engines/"$added"/kind)" soft
check "and removed" kvmshare engine remove "$added"
check "it is gone" [ ! -e $engines/"$added" ]
exits 1 "a device's is not the tool's to remove" kvmshare engine remove edu0
check "it stays" [ -e $engines/edu0 ]
check "its limits are set" kvmshare engine set soft0 --job-limit-us 200000 --strikes 5
is "all of them" "$(field '"\(.job_limit_us) \(.strikes)"' kvmshare engine show soft0)" "200000 5"
exits 2 "a limit beyond what there may be" kvmshare engine set soft0 --strikes 17
is "changes nothing" "$(cat $engines/soft0/strikes)" 5
check "another policy" kvmshare engine policy soft0 fifo
is "is in force" "$(cat $engines/soft0/policy)" fifo
exits 1 "one that nobody knows" kvmshare engine policy soft0 best
is "changes nothing" "$(cat $engines/soft0/policy)" fifo
check "the first again" kvmshare engine policy soft0 fair

# -- Those who share one
is "nobody shares one" "$(field length kvmshare vgpu list)" 0
load_start works 60 engine=soft0,count=16384,depth=192 engine=soft0,count=16384,depth=192
check "two do" wait_for 20 eval '[ "$(ls $vgpus | wc -l)" = 2 ]'
mapfile -t ids < <(ids_of "${load_pid[works]}")
is "they are listed" "$(field 'map(.id) | join(" ")' kvmshare vgpu list)" "${ids[*]}"
is "with their process" "$(field '.[0] | "\(.owner_pid) \(.owner_comm)"' kvmshare vgpu list)" "${load_pid[works]} vgpu-load"
check "one is changed" kvmshare vgpu set "${ids[0]}" --weight 300 --minimum 20 --cap 80 --slice-us 1000
is "all of it" "$(field '"\(.weight) \(.minimum_percent) \(.cap_percent) \(.slice_us)"' kvmshare vgpu show "${ids[0]}")" "300 20 80 1000"
exits 1 "minimums beyond the engine" kvmshare vgpu set "${ids[1]}" --minimum 81 --weight 7
like "are refused" "$said" "engine"
is "with all of it as before" "$(field '"\(.weight) \(.minimum_percent)"' kvmshare vgpu show "${ids[1]}")" "100 0"
exits 2 "a weight of nothing" kvmshare vgpu set "${ids[1]}" --weight 0
exits 2 "nothing to change" kvmshare vgpu set "${ids[1]}"
exits 1 "one that is not there" kvmshare vgpu show 99999
like "is said so" "$said" "none of that number"

# -- Watched
kvmshare vgpu top --interval 1 --count 3 --json > "$load_dir/top"
is "each look is a line" "$(jq -s length "$load_dir/top")" 3
is "with both in it" "$(jq -s '.[-1].vgpus | length' "$load_dir/top")" 2
parts=$(jq -s --argjson id "${ids[0]}" '.[-1].vgpus | (map(select(.id == $id)) + map(select(.id != $id))) |
	map(.run_ppm | tostring) | join(" ")' -r "$load_dir/top")
note "at weights of 3:1 they had $parts ppm of a second"
check "and what they had" [ "$((${parts% *} * 10 / (${parts#* } + 1)))" -gt 15 ]
kvmshare vgpu trace --seconds 1 --output "$load_dir/trace.json"
is "a trace is written" "$?" 0
slices=$(jq '[.traceEvents[] | select(.ph == "X")] | length' "$load_dir/trace.json")
note "$slices slices in a second"
check "with slices in it" [ "${slices:-0}" -gt 50 ]
# Begins are mapped from the engine's time to the host's, to within what a switch takes.
over=$(jq '[.traceEvents[] | select(.ph == "X") | [.ts, .ts + .dur]] | sort |
	[range(1; length) as $i | .[$i - 1][1] - .[$i][0]] | max' "$load_dir/trace.json")
note "the largest overlap of two slices: $over us"
check "none of which is over another" [ "${over%.*}" -lt 200 ]
kill "${load_pid[works]}"
wait "${load_pid[works]}" 2> /dev/null

# -- Measured
kvmshare engine bench --engine soft0 --seconds 2 --clients 3 --json > "$load_dir/bench"
is "a measurement" "$?" 0
is "is of so many" "$(jq -r '"\(.engine) \(.clients | length) \([.clients[].failed] | add)"' "$load_dir/bench")" "soft0 3 0"
check "says how evenly they got on" [ "$(jq .jain_ppm "$load_dir/bench")" -gt 900000 ]
check "of a device too" kvmshare engine bench --engine edu0 --seconds 1 --clients 2
exits 1 "an engine that is not there" kvmshare engine bench --engine soft9
exits 2 "no clients" kvmshare engine bench --clients 0

# -- What a user may have
user() { setpriv --reuid=65534 --regid=65534 --groups kvmshare "$@"; }
exits 1 "who is allowed nothing has nothing" user kvmshare engine bench --engine soft0 --seconds 1 --clients 1
check "one client is allowed" kvmshare vgpu allow 65534 --clients 1
check "it is there" user kvmshare engine bench --engine soft0 --seconds 1 --clients 1
exits 1 "a second is not" user kvmshare engine bench --engine soft0 --seconds 1 --clients 2
like "and why is said" "$said" "more than this user is allowed"
exits 1 "nor is changing what others have" user kvmshare engine policy soft0 fifo
check "nothing is allowed any more" kvmshare vgpu allow 65534 --none
exits 1 "it has nothing" user kvmshare engine bench --engine soft0 --seconds 1 --clients 1
is_empty
modprobe -r kvmshare_vgpu
exits 3 "without the module" kvmshare engine list
like "is said what to do" "$said" "modprobe kvmshare_vgpu"
