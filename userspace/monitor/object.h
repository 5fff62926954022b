/* SPDX-License-Identifier: GPL-2.0 */
/* The programs' objects, which are part of the tool: it needs no file to be found. */
#ifndef KVMSHARE_MONITOR_OBJECT_H
#define KVMSHARE_MONITOR_OBJECT_H

/**
 * struct object - programs for the kernel's BPF machine, as the compiler made them
 * @name: of their source, without its endings
 * @begin: an ELF file
 * @end: behind it
 */
struct object {
	const char *name;
	const char *begin;
	const char *end;
};

extern const struct object object_exits;	/* ebpf/exits.bpf.c */
extern const struct object object_detail;	/* ebpf/detail.bpf.c */
extern const struct object object_guard;	/* ebpf/guard.bpf.c */
extern const struct object object_abuse;	/* ebpf/abuse.bpf.c */

#endif
