#!/bin/bash
# Processes that share an engine, killed at any moment of their lives: every client, page and job is accounted for.
# covers: kmod/vgpu :!kmod/vgpu/device :!kmod/vgpu/mdev kmod/compat/compat.h kmod/compat/types.h include/uapi/kvmshare_vgpu.h
# tier: check soak
# timeout: 600
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load soft_engines=2

number=$(size 200 10000)
load_start stays 5 engine=soft0,count=4096
said=$(vgpu-killed "$number")
is "all of them were killed" "$?" 0
note "$said"
check "half of them had become clients, or more" [ "$(cut -d' ' -f3 <<< "$said")" -ge $((number / 2)) ]
load_ends "one that stayed beside them got its jobs done" stays
is "all of them well" "$(cut -d' ' -f3,4 "$load_dir/stays")" "0 0"
is_empty
is "no client is shown" "$(ls $vgpus)" ""
check "the engines go on" vgpu-load 0.5 engine=soft0 engine=soft1
is_empty
