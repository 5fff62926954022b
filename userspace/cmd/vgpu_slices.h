/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slices of vGPUs, put together of what their files had at several times, and
 * written as a trace that Perfetto and Chrome's about:tracing read.
 */
#ifndef KVMSHARE_CMD_VGPU_SLICES_H
#define KVMSHARE_CMD_VGPU_SLICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <uapi/kvmshare_vgpu.h>

#define SLICES_COMM_LEN	16

/**
 * struct slices - of one vGPU
 * @id: its number
 * @engine: its engine
 * @comm: what its process was called
 * @list: each once, by their begins
 * @nr: how many
 * @room: of @list
 * @based: the first look is over
 * @base_count: how many slices it had had after the first look
 * @base_nr: how many were in @list then
 * @last_count: how many it had had before the last look
 */
struct slices {
	uint64_t id;
	char engine[KVMSHARE_ENGINE_NAME_LEN];
	char comm[SLICES_COMM_LEN];
	struct kvmshare_vgpu_switch *list;
	size_t nr;
	size_t room;
	bool based;
	uint64_t base_count;
	size_t base_nr;
	uint64_t last_count;
};

/* Add those that are not there yet; how many that were, or -ENOMEM. */
int slices_merge(struct slices *slices, const struct kvmshare_vgpu_switch *some, size_t nr);
/*
 * The counter was @before when the file was about to be read, and @after when it
 * had been merged; the first time, what came until @after is not missed.
 */
void slices_counted(struct slices *slices, uint64_t before, uint64_t after);
/* How many there were, at least, that no look has shown. */
uint64_t slices_missed(const struct slices *slices);
void slices_free(struct slices *slices);

/* All that ended after @since_ns, as JSON; 0 or -EIO. */
int slices_write(FILE *to, const struct slices *all, size_t nr, uint64_t since_ns);

#endif
