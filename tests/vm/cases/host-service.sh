#!/bin/bash
# The service waits for the modules, comes back to them, and does nothing with what is broken.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

status() { systemctl show -P StatusText kvmshare-host; }
defer "rm -f /etc/kvmshare/*.json; systemctl reset-failed kvmshare-host"
modprobe -r kvmshare_vf
check "it starts without the modules" systemctl start kvmshare-host
like "and says what it waits for" "$(status)" "modprobe kvmshare_vf"
check "doctor says that it does not work yet" eval '! test -e /run/kvmshare-host/ready'
modprobe kvmshare_vf
check "it goes on when they come" wait_for 20 test -e /run/kvmshare-host/ready
pool_open "$nvme_pf" 2
# Not at once: the events of the pool may still be on their way. What polls never has such a pause.
cpu() { systemctl show -P CPUUsageNSec kvmshare-host; }
still() { local before; before=$(cpu); sleep 3; [ "$(cpu)" = "$before" ]; }
check "it sleeps while nothing happens" wait_for 30 still

# The module goes and comes: everything is as before, by the service alone.
check "the module unloads while it runs" modprobe -r kvmshare_vf
check "it notices" wait_for 20 test ! -e /run/kvmshare-host/ready
modprobe kvmshare_vf
check "the PF is enrolled again, its VFs are free" wait_for 30 vf_counts free 2

# Killed in the middle of its work: systemd starts it, and it does the rest.
lease_starts "a VF is leased" one --vf class=nvme
systemctl kill -s KILL kvmshare-host
lease_end one
check "killed, it comes back and cleans" wait_for 40 vf_counts free 2

# Whoever can read a directory can lock it: nothing here waits for who does.
strangers=
for dir in /etc/kvmshare "/sys/bus/pci/devices/$nvme_pf"; do
	setpriv --reuid=65534 --regid=65534 --clear-groups flock -F "$dir" sleep 600 & strangers+=" $!"
	defer "kill $!"
	wait_for 10 eval '! flock -n "$dir" true' || bail "a stranger locks $dir"
done
check "the module goes" modprobe -r kvmshare_vf
modprobe kvmshare_vf
check "and comes, and the service restores all while a stranger has locked what all can read" wait_for 30 vf_counts free 2
check "a PF is taken out" timeout 30 kvmshare vf enrol "$nvme_pf" --out
check "and let in" timeout 30 kvmshare vf enrol "$nvme_pf"
check "its VFs are cleaned" wait_for 30 vf_counts free 2
check "one is set aside" timeout 30 kvmshare vf quarantine "$(first_vf)"
check "and taken back" timeout 30 kvmshare vf quarantine "$(first_vf)" --end
check "the service goes on cleaning" wait_for 30 vf_counts free 2
# shellcheck disable=SC2086
kill $strangers

# A file that breaks while it works.
since=$(date '+%F %T')
printf '{"version": 1, "quotas": [}' > /etc/kvmshare/quotas.json
echo change > "/sys/bus/pci/devices/$nvme_pf/uevent"
check "a broken file is named when a PF comes" wait_for 20 eval 'journalctl -u kvmshare-host --since "$since" | grep -q quotas.json'
lease_starts "a VF is leased all the same" two --vf class=nvme
lease_end two
check "and the service goes on cleaning" wait_for 30 vf_counts free 2
check "it has not ended" systemctl is-active kvmshare-host
rm /etc/kvmshare/quotas.json

# A broken file from the start.
systemctl stop kvmshare-host
kvmshare vf enrol "$nvme_pf" --out
cp /etc/kvmshare/pfs.json /var/tmp/pfs.json
printf '{"version": 1, "quarantines": [{"pf": "nonsense"}]}' > /etc/kvmshare/quarantines.json
printf '%s' '{"version":1,"pfs":[{"pf":"0000:21:00.0","vendor":"1b36","device":"0010","subsystem":"1af4:1100","driver":"vfio-pci","cleaning":"service","limit":4,"vfs":2}]}' > /etc/kvmshare/pfs.json
refuse "with a broken file it fails" systemctl start kvmshare-host
like "and names file and entry" "$(journalctl -b -u kvmshare-host)" 'quarantines.json, entry 1'
is "the file is left as it was" "$(cat /etc/kvmshare/quarantines.json)" '{"version": 1, "quarantines": [{"pf": "nonsense"}]}'
is "nothing is enrolled" "$(ls /sys/kernel/kvmshare/pfs)" ""
exits 1 "the tool does not go past it either" kvmshare vf enrol "$nvme_pf"
like "and names it" "$said" quarantines.json
rm /etc/kvmshare/quarantines.json
check "mended, it starts by itself" wait_for 40 systemctl is-active kvmshare-host
check "and the PF is enrolled" wait_for 20 test -e "/sys/kernel/kvmshare/pfs/$nvme_pf"
like "its exposure is small" "$(systemd-analyze security kvmshare-host --no-pager | tail -n 1)" 'OK|MEDIUM'
