#!/bin/bash
# The core's calls read their structs by the rules: size, flags, reserved fields, texts.
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
core_load
echo 0 > /sys/kernel/kvmshare/discovery_interval_ms

ended=no
while read -r word rest; do
	case $word in
	ok) ok "$rest" ;;
	end) ended=yes ;;
	*) not_ok "${rest#ok }" ;;
	esac
done < <(core-abi)
is "all of it ran" $ended yes
wait_for 5 eval "[ \$(cat $counters/event_readers) = 0 ]"
is "no reader is left" "$(cat $counters/event_readers)" 0
core_is_empty
