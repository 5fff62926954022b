#!/bin/bash
# Every verb prints JSON, errors have their exit codes, and each says what to do.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

pool_open "$nvme_pf" 2
for words in "vm list" "vf list" "vf list --pfs" "vf list --leases" "vf history" "vf quota" version doctor; do
	# That it prints is judged; doctor's exit code tells of the host.
	# shellcheck disable=SC2086
	json=$(kvmshare $words --json 2> /dev/null) || true
	check "$words prints JSON" jq -e . <<< "$json"
done
is "the modules are of this release" "$(field '.modules == .tool and .modules_uapi == .uapi' kvmshare version)" true
is "both are loaded" "$(field '.loaded | join(" ")' kvmshare version)" "kvmshare kvmshare_vf"
check "doctor finds this host fit" kvmshare doctor
is "and names the PF" "$(field '[.[] | select(.check == "SR-IOV" and (.found | contains("'"$nvme_pf"'")))] | length > 0' kvmshare doctor)" true
like "a table has its head" "$(kvmshare vf list)" '^VF +STATE +CLASS'
is "a VF is told by its class" "$(field '.[0].class_name' kvmshare vf list)" nvme
is "both PFs are listed" "$(field 'map(.bdf) | join(" ")' kvmshare vf list --pfs)" "$nvme_pf $net_pf"
is "one is enrolled" "$(field 'map(.enrolled | tostring) | join(" ")' kvmshare vf list --pfs)" "true false"

exits 1 "a lease that is not there" kvmshare vf release 999999
like "is told" "$said" "no such lease"
exits 1 "a VM that is not there" kvmshare vm show 999999
exits 1 "a VM to name that is not there" kvmshare vm set 999999 --name x
exits 2 "a VM named by a word" kvmshare vm show first
exits 3 "a PF without SR-IOV" kvmshare vf enrol 0000:00:00.0
exits 1 "a PF that is not there" kvmshare vf enrol 0000:ff:00.0
cp /etc/kvmshare/pfs.json /var/tmp/pfs.json
jq '.pfs += [.pfs[0] + {pf: "0000:ff:00.0", device: "dead"}]' /var/tmp/pfs.json > /etc/kvmshare/pfs.json
exits 0 "one that was removed for good is taken out" kvmshare vf enrol 0000:ff:00.0 --out
is "and forgotten, and nothing else" "$(jq -c . /etc/kvmshare/pfs.json)" "$(jq -c . /var/tmp/pfs.json)"
exits 3 "a driver that is not there" kvmshare vf enrol "$net_pf" --driver no-such-driver
check "and the PF is not enrolled" eval '! kvmshare vf list --pfs | grep "$net_pf" | grep -q yes'
exits 1 "enrolled with other settings" kvmshare vf enrol "$nvme_pf" --reset-cleans
like "is told how" "$said" "\-\-out"
exits 1 "a PF to provision that is not enrolled" kvmshare vf provision "$net_pf" 1
exits 1 "a quarantine of what is not in the pool" kvmshare vf quarantine 0000:41:10.0
exits 1 "a quarantine to end that is none" kvmshare vf quarantine "$(first_vf)" --end
useradd carol && defer "userdel -f carol"
exits 1 "a stranger may not read" su carol -s /bin/sh -c "kvmshare vm list"
like "is told who may" "$said" "group kvmshare"
exits 1 "nor lease" su carol -s /bin/sh -c "kvmshare vf lease --vf class=nvme"
exits 1 "nor enrol" su carol -s /bin/sh -c "kvmshare vf enrol $net_pf"
like "is told who may" "$said" "run it as root"
usermod -aG kvmshare carol
exits 0 "a member of the group may read" su carol -s /bin/sh -c "kvmshare vm list && kvmshare vf list && kvmshare vf history"
exits 1 "but not lease" su carol -s /bin/sh -c "kvmshare vf lease --vf class=nvme"
like "is told what it needs" "$said" CAP_SYS_ADMIN

is "an error is JSON where that is asked for" \
	"$(kvmshare vf release 999999 --json 2>&1 | jq -r '.error.object + " " + (.error.exit_code | tostring)')" "lease 999999 1"
check "no lease came of all this" leases_are 0
