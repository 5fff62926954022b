# SPDX-License-Identifier: GPL-2.0
# Sourced by run: follow a host while it runs, tell people how far it is, and
# end it when nothing is heard from it for too long.
# shellcheck shell=bash

# tell LABEL OUT WORD...: a line of progress, for people.
tell() {
	local label=$1 out=$2 name bad; shift 2
	case $1 in
	boot) say "  [$label] up after $2 s: $3" ;;
	reboot) say "  [$label] $2 reboots the host" ;;
	cpu-fell) say "  [$label] a CPU of the emulator fell in $2, and the kernel has nothing to say of it: once more (host.cpu)" ;;
	guest-fell) say "  [$label] a guest's QEMU or CPU was gone in $2, and nobody has a word to say of it: once more" ;;
	done) say "  [$label] done after $2 s" ;;
	end)
		name=$2
		bad=$(cat "$out/$name.tap" "$out/$name.host" 2>/dev/null | grep -c '^not ok' || true)
		if [ "$bad" = 0 ] && [ "$3" = 0 ]; then
			say "  [$label] ok     $name ($4 s)"
		else
			say "  [$label] FAILED $name ($4 s)"
			# Where head has enough before grep is done, that is no failure.
			cat "$out/$name.tap" "$out/$name.host" 2>/dev/null | grep -A 3 '^not ok' | head -n 12 | sed 's/^/          /' >&2 || true
		fi ;;
	esac
}

# How long silence may last after a line of progress: a case has its own limit.
patience() {
	local label=$1 word=$2 limit=${4:-0}
	case $word in
	begin) echo $((limit + 120)) ;;
	*) if is_debug "$label"; then echo 900; else echo 240; fi ;;
	esac
}

# A kernel that falls over and over before it reaches the runner says so only here.
falls() { [ "$(grep -c 'Kernel panic - not syncing' "$1")" -ge 3 ]; }

give_up() {
	local label=$1 console=$2 pid=$3
	say "  [$label] nothing is heard from it; the last lines of its console:"
	tail -n 25 "$console" | sed "s/^/  [$label] | /" >&2
	kill "$pid" 2>/dev/null || true
}

# watch_host LABEL SHARE CONSOLE PID: until the host has powered off; QEMU's exit status.
watch_host() {
	local label=$1 out=$2/out console=$3 pid=$4 shown heard=$SECONDS limit line lines status=0
	limit=$(patience "$label" start)
	shown=$(wc -l < "$out/progress")
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.3
		mapfile -t lines < "$out/progress"
		for line in "${lines[@]:$shown}"; do
			# What a case itself has to tell people begins with a bar.
			# shellcheck disable=SC2086
			case $line in
			'  |'*) say "$line" ;;
			*) tell "$label" "$out" $line ;;
			esac
			# shellcheck disable=SC2086
			limit=$(patience "$label" $line)
			heard=$SECONDS
		done
		shown=${#lines[@]}
		if [ $((SECONDS - heard)) -ge "$limit" ] || falls "$console"; then
			give_up "$label" "$console" "$pid"
			break
		fi
	done
	wait "$pid" || status=$?
	[ $status = 0 ] || {
		say "  [$label] QEMU ended with $status:"
		tail -n 9 "$build/$label/qemu.log" | cut -c1-200 >&2
	}
	return $status
}
