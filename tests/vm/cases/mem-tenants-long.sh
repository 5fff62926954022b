#!/bin/bash
# Ten minutes of two tenants' VMs that come and go, alike in all, whose VMMs try to make their memory mergeable, beside a mergeable VM that is nobody's: no page frame is ever both tenants'.
# covers: kmod/core kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h userspace/cmd/run.c userspace/lib/seal.c tests/vm/guest/memload.c tests/vm/guest/mem-shared.c
# tier: soak
# timeout: 900
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load
length=600

alive() { [ -n "${guest_pid[$1]:-}" ] && kill -0 "${guest_pid[$1]}" 2> /dev/null; }

# One of six comes, or goes if it is there.
somebody() {
	local tenant=red name
	[ $((RANDOM % 2)) = 0 ] || tenant=blue
	name=$tenant$((RANDOM % 3))
	if alive $name; then
		guest_ends $name
	else
		tenant_guest_start $tenant $name mib=24 same=80 zero=10 layout=clustered try=1
		came=$((came + 1))
	fi
}

# of_tenant TENANT: which of its VMs are there, with commas between.
of_tenant() {
	local i names=
	for i in 0 1 2; do ! alive "$1$i" || names+=${names:+,}$1$i; done
	echo "$names"
}

look() {
	local red blue shared all
	red=$(of_tenant red) blue=$(of_tenant blue)
	[ -n "$red" ] && [ -n "$blue" ] || return 0
	read -r shared all <<< "$(shared_pages "$red" "$blue")"
	[ -n "$all" ] || return 0 # one has ended meanwhile
	looks=$((looks + 1)) crossed=$((crossed + shared)) looked=$((looked + all))
}

merged_most() {
	local now
	now=$(cat $mem/sharing_pages)
	[ "$now" -le "$most" ] || most=$now
}

came=0 looks=0 crossed=0 looked=0 most=0 free=no
start=$SECONDS
while [ $((SECONDS - start)) -lt $length ]; do
	[ $((RANDOM % 12)) != 0 ] || somebody
	look
	merged_most
	# In the middle third one is there that is nobody's, and advises itself.
	case $free,$(((SECONDS - start) * 3 / length)) in
	no,1) guest_start free mib=24 same=80 layout=clustered advise=1; free=there ;;
	there,2) guest_ends free; free=gone ;;
	esac
	sleep 0.5
done 2> /dev/null
note "$came VMs came, $looks looks, $most pages merged at most"
check "VMs came and went" [ $came -ge 10 ]
check "it was looked often" [ $looks -ge 100 ]
check "within a tenant they were merged" [ "$most" -gt 1000 ]
is "no page was both tenants'" $crossed 0
record mem.cross_tenant_pages pages $crossed "of $looked looked at in $looks looks at two tenants, all of whose VMMs try, in $length s"
