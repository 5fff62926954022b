/* SPDX-License-Identifier: GPL-2.0 */
/* "2M,mem=4G,node=0": which huge pages a command is to find, and how many. */
#ifndef KVMSHARE_LIB_HUGEPAGES_H
#define KVMSHARE_LIB_HUGEPAGES_H

#include <stdint.h>

#include "pairs.h"

/**
 * struct hugepages - what was asked for
 * @kib: of a page: 2 MiB or 1 GiB
 * @bytes: in all; 0: as the command says
 * @node: NUMA node; -1: any
 */
struct hugepages {
	uint64_t kib;
	uint64_t bytes;
	int node;
};

/* 0, or -EINVAL with a sentence in @error. */
int hugepages_parse(const char *text, struct hugepages *spec, char error[PAIRS_ERROR_LEN]);
/* Bytes that QEMU's -m says; 0 where there is none, or it is something else. */
uint64_t hugepages_of_command(char *const *command);
/* Pages that so many bytes take. */
uint64_t hugepages_count(const struct hugepages *spec);

#endif
