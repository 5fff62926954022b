#!/bin/bash
# Whatever keeps kvmshare run from starting its command, nothing stays leased.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

pool_open "$nvme_pf" 2
all_back() { leases_are 0 && vf_counts free 2; }

exits 1 "a command that detaches itself is refused" kvmshare run --vf class=nvme -- qemu-system-x86_64 -daemonize
like "and told why" "$said" "lease belongs to"
exits 1 "so is one in a shell" kvmshare run --vf class=nvme -- sh -c 'qemu-system-x86_64 --daemonize'
exits 1 "a command that is not there" kvmshare run --vf class=nvme -- /nonexistent
exits 1 "a user who is not there" kvmshare run --user nobody-at-all --vf class=nvme -- true
exits 2 "a reference to a VF that is not asked for" kvmshare run --vf class=nvme -- echo @vf1
exits 2 "a spec that is none" kvmshare run --vf class=nvme,color=red -- true
exits 1 "a MAC for what is no network card" kvmshare run --vf class=nvme,mac=02:00:00:00:00:01 -- true
like "is told" "$said" "network VFs"
check "and its VF comes back" wait_for 30 all_back
exits 1 "more than there are" kvmshare run --vf class=nvme,count=3 -- true
like "names what there is" "$said" "of 2 in the pool"
exits 1 "what there is none of" kvmshare run --vf class=crypto -- true
exits 1 "the second of two requests cannot be served" kvmshare run --vf class=nvme --vf class=crypto -- true
check "and the first comes back" wait_for 30 all_back
printf '#!/nonexistent/interpreter\n' > /var/tmp/noexec && chmod 755 /var/tmp/noexec
exits 1 "a file whose interpreter is not there" kvmshare run --vf class=nvme -- /var/tmp/noexec
check "and its VF comes back" wait_for 30 all_back

exits 7 "the command's own exit code is passed on" kvmshare run --vf class=nvme -- sh -c 'exit 7'
check "and its VF comes back" wait_for 30 all_back
mapfile -t both < <(ls "$vfs")
exits 0 "both VFs are used" kvmshare run --vf class=nvme,count=2 -- true
exits 0 "on their way back, they are waited for, each by its name" timeout 60 kvmshare run --wait --vf "vf=${both[0]}" --vf "vf=${both[1]}" -- true
exits 0 "and in the other order" timeout 60 kvmshare run --wait --vf "vf=${both[1]}" --vf "vf=${both[0]}" -- true
check "both come back" wait_for 30 all_back
exits 0 "a command without VFs runs" kvmshare run --name x -- true
systemctl stop kvmshare-host
kvmshare run --vf class=nvme -- true
check "without the service the VF stays dirty" wait_for 30 vf_counts dirty 1
like "and says so" "$(kvmshare vf list 2>&1)" "systemctl start kvmshare-host"
systemctl start kvmshare-host
check "with it, it is cleaned" wait_for 30 all_back
exits 0 "an open descriptor of the shell's is kept" bash -c 'exec 5< /etc/hostname; kvmshare run -- sh -c "cat <&5"'
is "and can be read" "$said" "$(cat /etc/hostname)"
