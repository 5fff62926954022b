#!/bin/bash
# The service waits for the modules, comes back to them, and does nothing with what is broken.
# timeout: 300
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
cpu() { systemctl show -P CPUUsageNSec kvmshare-host; }
before=$(cpu)
sleep 3
is "it sleeps while nothing happens" "$(($(cpu) - before))" 0

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

# A file that breaks while it works, and somebody who locks all that can be opened.
lease_starts "a VF is leased" two --vf class=nvme
printf nonsense > /etc/kvmshare/quotas.json
setpriv --reuid=65534 --regid=65534 --clear-groups flock -F /etc/kvmshare sleep 120 &
defer "kill $!"
setpriv --reuid=65534 --regid=65534 --clear-groups flock -F "/sys/bus/pci/devices/$nvme_pf" sleep 120 &
defer "kill $!"
echo change > "/sys/bus/pci/devices/$nvme_pf/uevent"
check "it reads the broken file" wait_for 20 eval 'journalctl -b -u kvmshare-host | grep -q quotas.json'
lease_end two
check "and cleans on" wait_for 30 vf_counts free 2
vf=$(first_vf)
check "a VF can be set aside" timeout 30 kvmshare vf quarantine "$vf"
check "and let back" timeout 30 kvmshare vf quarantine "$vf" --end
check "which cleans it" wait_for 30 vf_counts free 2
rm /etc/kvmshare/quotas.json

# A broken file.
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
systemctl reset-failed kvmshare-host
check "mended, it starts" systemctl start kvmshare-host
check "and the PF is enrolled" wait_for 20 test -e "/sys/kernel/kvmshare/pfs/$nvme_pf"
like "its exposure is small" "$(systemd-analyze security kvmshare-host --no-pager | tail -n 1)" 'OK|MEDIUM'
