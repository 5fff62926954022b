#!/bin/bash
# The main job, as a person would want to see it: a VF leased to a guest, the kill, the VF clean in the pool again.
# tier: demo
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/pool.sh"

# Shown while the host runs.
show() { printf '  | %s\n' "$@" >> "$OUT/progress"; }
show_run() { show "# $*"; "$@" 2>&1 | sed 's/^/  |   /' >> "$OUT/progress"; }
show_vfs() {
	show "# kvmshare vf list"
	kvmshare vf list --json | jq -r '.[] | [.bdf, .state, .class_name, .tenant // "-", .about // ""] | @tsv' |
		awk -F'\t' '{ printf "  |   %-14s %-10s %-6s %-6s %s\n", $1, $2, $3, $4, $5 }' >> "$OUT/progress"
}

leased_guest() {
	show "# kvmshare run --vf class=nvme --tenant $3 --name $1 -- qemu-system-x86_64 -accel kvm ... -device vfio-pci,host=@vf0"
	guest_lease "$1" class=nvme "$2" --tenant "$3"
}

show "" "A host with an NVMe controller that has SR-IOV. Its administrator lets it take part, and makes two VFs:"
show "# kvmshare vf enrol $nvme_pf" "# kvmshare vf provision $nvme_pf 2"
pool_open "$nvme_pf" 2
show_vfs
vf=$(basename "$(find "$vfs" -mindepth 1 | sort | head -n 1)")

show "" "A guest of Debian's own kernel gets one of them, and writes to it without end:"
leased_guest first nvmewrite blue
check "the first guest writes" guest_waits first 120 'guest: writing'
show_run kvmshare vm list
show_vfs

show "" "It is killed in mid-write. Nobody does anything:"
vf=$(kvmshare vf list --json | jq -r '.[] | select(.state == "leased") | .bdf')
show "# kill -9 $guest_pid_first"
start=$(now)
guest_kill first
check "its VF comes back" wait_for 60 vf_is "$vf" free
show "$(awk -v a="$start" -v b="$(now)" 'BEGIN { printf "%.1f s later it is reset, cleaned, and in the pool again:", b - a }')"
show_vfs
show_run kvmshare vf history --last 1

show "" "The next guest, of another tenant, gets a VF, writes 64 MiB to it, reads them back, and compares:"
leased_guest second nvme,64,kvmshare red
check "the second guest's data are whole" guest_waits second 150 'guest: nvme ok 64 MiB'
grep -a '^guest: nvme' "$(guest_console second)" | tr -d '\r' | sed 's/^/  |   /' >> "$OUT/progress"
check "its VF comes back when it ends" wait_for 60 vf_counts free 2
show_vfs
show ""
