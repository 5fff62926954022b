#!/bin/bash
# Quotas bound a tenant and a user, are shown with what is used, and are kept.
# timeout: 90
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

pool_open "$nvme_pf" 3
defer 'rm -f /etc/kvmshare/quotas.json'
check "a tenant has a quota" kvmshare vf quota --tenant blue --max 1
check "a user has one" kvmshare vf quota --uid 1234 --max 0
lease_starts "it leases one" one --vf class=nvme --tenant blue
is "what is used is shown" "$(field '.[] | select(.tenant == "blue") | "\(.used)/\(.max)"' kvmshare vf quota)" "1/1"
exits 1 "a second is over it" kvmshare vf lease --vf class=nvme --tenant blue
like "is told" "$said" quota
exits 1 "and is not waited for" kvmshare vf lease --vf class=nvme --tenant blue --wait
exits 1 "a user's is held to" kvmshare vf lease --vf class=nvme --uid 1234
lease_starts "another tenant is not bound" two --vf class=nvme --tenant red
is "it is written down" "$(jq -c '.quotas | map([.tenant // .uid, .max])' /etc/kvmshare/quotas.json)" '[["blue",1],[1234,0]]'
check "a quota is raised" kvmshare vf quota --tenant blue --max 2
lease_starts "and holds at once" three --vf class=nvme --tenant blue
check "a quota is removed" kvmshare vf quota --uid 1234 --none
is "from the list too" "$(field length kvmshare vf quota)" 1
exits 1 "one that is not there cannot be" kvmshare vf quota --uid 1234 --none
exits 2 "a quota for nobody is none" kvmshare vf quota --max 1
kvmshare vf quota --tenant blue --none
for l in one two three; do lease_end $l; done
check "all come back" wait_for 30 vf_counts free 3
