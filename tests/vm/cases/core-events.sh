#!/bin/bash
# What happens to VMs is told to every reader, in order, and a reader that is too slow learns how much it lost.
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
core_load
log=$(mktemp)
told() { grep -qE "^[0-9]+ $1" "$log"; }

events > "$log" &
defer "kill -9 $!"
check "a reader subscribes" wait_for 5 grep -q ready "$log"
is "it is counted" "$(cat $counters/event_readers)" 1

vmm_start a
fd=$(tell a create)
check "a new VM is told" wait_for 10 told "vm-new"
id=$(vm_ids a)
check "by its id" told "vm-new $id"
tell a name "$id" web > /dev/null
check "its new name is told" wait_for 5 told "vm-set $id"
tell a close "$fd" > /dev/null
check "its end is told" wait_for 5 told "vm-gone $id"
check "and then its directory is gone" gone "$id"
is "in this order" "$(sed -n 's/^[0-9]* \(vm-[a-z]*\).*/\1/p' "$log" | xargs)" "vm-new vm-set vm-gone"
is "numbered without a gap" "$(sed -n 's/^\([0-9]*\) .*/\1/p' "$log" | awk 'NR > 1 && $1 != last + 1 { print "gap" } { last = $1 }')" ""

# -- A reader that does not read -----------------------------------------------------------
slow=$(mktemp) hold=$(mktemp -u)
mkfifo "$hold"
events hold < "$hold" > "$slow" &
reader=$!
exec {go}> "$hold"
check "another subscribes" wait_for 5 grep -q ready "$slow"
for i in {1..8}; do tell a expect-many 95 > /dev/null; done
ends() { grep -c ' vm-gone ' "$log"; }
check "760 processes have announced a VM each, and ended" wait_for 60 eval '[ "$(ends)" = 761 ]'
echo >&"$go"
wait $reader
is "it read what had gathered" "$(grep -vc -e ready -e ' lost ' "$slow")" 1024
read -r seq _ _ lost <<< "$(grep ' lost ' "$slow")"
is "and was told of the rest" "$lost" $((2 * 760 - 1024))
is "as the last, by the number of the first lost" "$(tail -n 1 "$slow" | cut -d' ' -f1)" "$(($(grep -v -e ready -e lost "$slow" | tail -n 1 | cut -d' ' -f1) + 1))"
is "the one that reads lost none" "$(grep -c ' lost ' "$log")" 0

# -- A process that renames its VM as fast as it can ---------------------------------------
id=$(tell a attach "$(tell a create)")
for i in {1..1500}; do echo "name $id n$i"; done >&"${vmm_in[a]}"
for i in {1..1500}; do read -r _ <&"${vmm_out[a]}"; done
is "1,500 renames later" "$(vm "$id" name)" n1500
check "they are told" wait_for 5 told "vm-set $id"
check "a few times a second, not each" test "$(grep -c "vm-set $id" "$log")" -lt 500

# -- The same as tracepoints ------------------------------------------------------------------
trace=/sys/kernel/tracing
mountpoint -q $trace || mount -t tracefs tracefs $trace
check "there are tracepoints" eval "echo 1 > $trace/events/kvmshare/enable"
defer "echo 0 > $trace/events/kvmshare/enable"
echo > $trace/trace
vmm_start b
tell b create > /dev/null
check "a VM is found" found b 1
id=$(vm_ids b)
tell b name "$id" traced > /dev/null
check "its name is traced in time" wait_for 5 grep -q 'name="traced"' $trace/trace
vmm_kill b
check "it ends" wait_for 5 gone "$id"
lines=$(grep kvmshare_vm $trace/trace)
like "a new VM is traced" "$lines" "kvmshare_vm_new: id=$id pid=${vmm_pid[b]} uid=0"
like "its name is" "$lines" "kvmshare_vm_set: id=$id running name=\"traced\" tenant=\"\""
like "its end is" "$lines" "kvmshare_vm_gone: id=$id"
vmm_quit a
core_is_empty
