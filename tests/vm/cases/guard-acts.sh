#!/bin/bash
# What a VMM should never do, and what nobody should do to one, is seen by its rule; and denied before it comes to pass, where that is asked for, but to nobody else.
# kernels: 6.1 6.12 7.3
# timeout: 400
# Not on the debug kernel: that boots without BPF among its security modules.
. "$TESTLIB/host.sh"
tool=${TOOL:-kvmshare}
mkdir -p /var/tmp/acts/mnt
defer "umount -l /var/tmp/acts/mnt; rm -rf /var/tmp/acts"
sleep 10000 & victim=$!
defer "kill -9 $victim"
modprobe -r dummy 2> /dev/null
module=$(find "/lib/modules/$(uname -r)" -name 'dummy.ko*' | head -n 1)
case $module in
*.xz) xz -dc "$module" > /var/tmp/acts/dummy.ko ;;
*) cp "$module" /var/tmp/acts/dummy.ko ;;
esac

# ACT RULE ARGUMENT: the acts that there are, and what they need.
acts() {
	cat <<-END
		exec exec
		exec-helper exec
		exec-vfork exec
		exec-thread exec
		exec-shell exec
		exec-memfd exec-gone
		exec-removed exec-gone
		ptrace trace $victim
		seize trace $victim
		readv trace $victim
		procmem trace $victim
		signal signal $victim
		signal-thread signal $victim
		setuid rights
		setgid rights
		capset rights
		userns namespace
		clone-userns namespace
		mount mount /var/tmp/acts/mnt
		bind-mount mount /var/tmp/acts/mnt
		umount mount /var/tmp/acts/mnt
		finit-module module /var/tmp/acts/dummy.ko
		init-module module /var/tmp/acts/dummy.ko
		bpf bpf
		perf perf
		wx wx
		w-then-x wx
		w-r-x wx
		wx-later wx
		uring uring
		userfault userfault
		connect connect
		connect-udp connect
		listen bind
		node node /var/tmp/acts
		device device /dev/mem
		second-vm second-vm
		to-ptrace memory
		to-seize memory
		to-readv memory
		to-procmem memory
		to-receive passed
		segv died
		sigsys died
	END
}
# Those two have happened when they are seen.
deniable() { [ "$1" != died ]; }

watch() {
	"$tool" watch --json "$@" > /var/tmp/acts/events 2> /var/tmp/acts/err &
	watcher=$!
	wait_for 60 watches || bail "the rules are watched: $(cat /var/tmp/acts/err)"
}
watches() { [ "$(cat /proc/$watcher/fdinfo/* 2> /dev/null | grep -c '^link_type')" -ge 31 ]; }
watch_ends() { kill -INT "$watcher"; wait "$watcher"; }

# Each finds the host as the first did.
undo() {
	umount /var/tmp/acts/mnt 2> /dev/null
	[ ! -e /sys/module/dummy ] || rmmod dummy
	[ "$1" != umount ] || mount -t tmpfs act /var/tmp/acts/mnt
	kill -CONT "$victim"
}

# try MODE ACTION WANTED: each act, by MODE; what it says is WANTED, and its event's action.
try_all() {
	local mode=$1 action=$2 wanted=$3 act rule arg said before event
	while read -r act rule arg; do
		undo "$act"
		before=$(wc -l < /var/tmp/acts/events)
		said=$(act "$act" $arg 2> /dev/null | tail -n 1)
		tried=$((tried + 1))
		event="rule $rule is $action"
		if ! deniable "$rule"; then
			[ "$said" = done ] || not_ok "$mode: $act comes to pass: $said"
			event="rule $rule is seen"
		else
			[ "$said" = "$wanted" ] || not_ok "$mode: $act is $wanted: $said"
		fi
		if wait_for 5 has_event "$before" "$event"; then seen=$((seen + 1)); else
			not_ok "$mode: $act: $event"
			note "$(tail -n +$((before + 1)) /var/tmp/acts/events | head -c 600)"
		fi
	done < <(acts)
	undo none
}
has_event() {
	tail -n +$(($1 + 1)) /var/tmp/acts/events | jq -r 'select(.event == "guard") | "rule \(.rule) is \(.action)"' | grep -qx "$2"
}

undo none
tried=0 seen=0
watch
try_all observed seen done
# The shell that a thread became starts another program: it is the VMM's still.
before=$(wc -l < /var/tmp/acts/events)
act exec-shell > /dev/null
execs_true() { tail -n +$((before + 1)) /var/tmp/acts/events | jq -r 'select(.rule == "exec") | .data.path' | grep -qE "^(/usr)?/bin/true$"; }
check "what a thread of it has become is its still" wait_for 5 execs_true
watch_ends
note "$seen of $tried acts were seen"
is "all acts are seen, and none is hindered" "$seen $failed" "$tried 0"
record mon.attacks_seen percent "$(calc "100 * $seen / $tried")" "$tried acts by and to a VMM, observed"
is "no event was lost" "$(jq -r 'select(.event == "lost") | .lost' /var/tmp/acts/events | tail -n 1)" 0

before=$failed
tried=0 seen=0
watch --enforce
try_all enforced denied refused
check "what is none of it goes on: a program is started" /bin/true
check "and mounts" mount -t tmpfs act /var/tmp/acts/mnt
umount /var/tmp/acts/mnt
watch_ends
is "all are denied but those that had happened" "$seen $((failed - before))" "$tried 0"
record mon.attacks_denied percent "$(calc "100 * $seen / $tried")" "the same, enforced; but for two that are a VMM's death"
is "with the end of it they are not" "$(act exec)" done
