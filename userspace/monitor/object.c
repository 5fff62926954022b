// SPDX-License-Identifier: GPL-2.0
#include "object.h"

/* KVMSHARE_EBPF is the directory that they are in. */
#define OBJECT(part) \
	__asm__(".pushsection .rodata\n" \
		".balign 16\n" \
		"object_" #part "_begin: .incbin \"" KVMSHARE_EBPF "/" #part ".bpf.o\"\n" \
		"object_" #part "_end:\n" \
		".popsection\n"); \
	extern const char object_##part##_begin[], object_##part##_end[]; \
	const struct object object_##part = { #part, object_##part##_begin, object_##part##_end }

OBJECT(exits);
OBJECT(detail);
OBJECT(guard);
OBJECT(abuse);
