#!/bin/bash
# Weights, a minimum and a cap share the soft engine, by the jobs that its clients got done.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load
# An emulated host can be kept from running for longer than a job may last.
echo 5000000 > $engines/soft0/job_limit_us

# Other work on this machine takes whole slices of it, so this is no measurement.
load_start weights 6 weight=100 weight=200 weight=400
load_ends "three clients, always busy" weights
mapfile -t jobs < <(jobs_of weights)
note "jobs: ${jobs[*]}"
total=$((jobs[0] + jobs[1] + jobs[2]))
about "a weight of 1 in 7 gets a seventh" "$(part "${jobs[0]}" $total)" 14.29 15
about "a weight of 2 in 7" "$(part "${jobs[1]}" $total)" 28.57 15
about "a weight of 4 in 7" "$(part "${jobs[2]}" $total)" 57.14 15

load_start promises 6 min=50,weight=1 weight=1000 weight=1000 weight=1000
load_ends "one with a minimum, and three of a thousand times its weight" promises
mapfile -t jobs < <(jobs_of promises)
note "jobs: ${jobs[*]}"
total=$((jobs[0] + jobs[1] + jobs[2] + jobs[3]))
about "the minimum holds" "$(part "${jobs[0]}" $total)" 50 15

load_start cap 6 cap=20 weight=1
load_ends "one with a cap beside another" cap
mapfile -t jobs < <(jobs_of cap)
note "jobs: ${jobs[*]}"
about "the cap holds, the other has the rest" "$(part "${jobs[0]}" $((jobs[0] + jobs[1])))" 20 15

busy=$(cat $engines/soft0/busy_ns)
load_start alone 4 cap=25
load_ends "one with a cap alone" alone
about "the engine is idle for the rest" "$(($(cat $engines/soft0/busy_ns) - busy))" 1000000000 15
is_empty
