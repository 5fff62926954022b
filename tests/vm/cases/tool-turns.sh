#!/bin/bash
# Who had to wait for another acts on what is true when its turn comes.
# timeout: 150
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

pfs=/etc/kvmshare/pfs.json
edit() { jq "$1" "$pfs" > /var/tmp/pfs.json && cp /var/tmp/pfs.json "$pfs"; }
# other_begins NAME: somebody else's turn with that lock, until other_ends.
other_begins() {
	other_has=/etc/kvmshare/.$1.lock
	flock -F "$other_has" sleep 600 & other=$!
	defer "kill $other"
	wait_for 5 eval '! flock -n "$other_has" true' || bail "the lock is held"
}
other_ends() { kill "$other"; wait "$other" 2>/dev/null; }
waits() { grep -q "waiting for another kvmshare" "$1"; }

pool_open "$nvme_pf" 0
other_begins "$nvme_pf"
kvmshare run --vf class=nvme -- true > /var/tmp/run 2>&1 & run=$!
defer "kill -9 $run"
check "run waits for its turn to make VFs" wait_for 10 waits /var/tmp/run
edit '.pfs[0].limit = 2'
other_ends
wait $run
is "it gets its VF" $? 0 || note "$(cat /var/tmp/run)"
is "of as many as may be made by then" "$(cat "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs")" 2
check "both are free in the end" wait_for 30 vf_counts free 2
kvmshare vf provision "$nvme_pf" 0

# Another PF that could serve is not kept waiting for.
kvmshare vf enrol "$net_pf" --limit 1
defer "kvmshare vf provision $net_pf 0; kvmshare vf enrol $net_pf --out"
other_begins "$nvme_pf"
exits 0 "run makes VFs of a PF that nobody is at work on" timeout 60 kvmshare run --vf '' -- true
like "and says which" "$said" "PF $net_pf has no VFs yet"
check "without a wait" eval '[[ $said != *"waiting for another"* ]]'
other_ends
kvmshare vf provision "$net_pf" 0
kvmshare vf enrol "$net_pf" --out

# The service finds the lock held when it starts.
systemctl stop kvmshare-host
kvmshare vf enrol "$nvme_pf" --out
entry='{"version":1,"pfs":[{"pf":"'"$nvme_pf"'","vendor":"1b36","device":"0010","subsystem":"1af4:1100","driver":"vfio-pci","cleaning":"service","limit":4,"vfs":1}]}'
printf '%s' "$entry" > "$pfs"
other_begins "$nvme_pf"
systemctl start kvmshare-host
sleep 3
is "the service leaves a PF alone while a command has it" "$(ls /sys/kernel/kvmshare/pfs)" ""
# Of this start alone: it may have met the run above at its work, too.
started=$(systemctl show -P InvocationID kvmshare-host)
is "and says so once" "$(journalctl "_SYSTEMD_INVOCATION_ID=$started" | grep -c 'a command is at work on it')" 1
other_ends
check "then it restores it" wait_for 30 vf_counts free 1

# So with the settings' lock.
systemctl stop kvmshare-host
kvmshare vf provision "$nvme_pf" 0
kvmshare vf enrol "$nvme_pf" --out
printf '%s' "$entry" > "$pfs"
other_begins conf
systemctl start --no-block kvmshare-host
sleep 2
is "the service restores nothing while a command has the settings" "$(ls /sys/kernel/kvmshare/pfs)" ""
is "and is not ready before it has" "$(systemctl is-active kvmshare-host)" activating
check "it can be stopped then" timeout 10 systemctl stop kvmshare-host
systemctl start --no-block kvmshare-host
other_ends
check "and restores them after that" wait_for 30 vf_counts free 1

# Another card was there, whose entry is left over.
kvmshare vf provision "$nvme_pf" 0
edit '.pfs = [.pfs[0] | .device = "0011"] + .pfs'
exits 0 "a PF is taken out where another card was enrolled before" kvmshare vf enrol "$nvme_pf" --out
is "it is out of the pool" "$(ls /sys/kernel/kvmshare/pfs)" ""
is "and nothing of either is kept" "$(jq '.pfs | length' "$pfs")" 0
exits 2 "one VF is not asked for twice" kvmshare run --vf vf=0000:21:00.1 --vf vf=0000:21:00.1 --wait -- true
like "and the VF is named" "$said" 'asked for twice'
