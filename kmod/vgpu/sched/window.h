/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How evenly an engine was shared over the last second: pure.
 *
 * Of the clients that had work all of that time, each one's time on the engine
 * is divided by its weight.  Jain's index of these (Jain, Chiu and Hawe, "A
 * quantitative measure of fairness", 1984) and the least as a part of the
 * greatest tell how even they are.  One that a minimum lifts or a cap holds
 * down has what it was promised, and makes both smaller.
 */
#ifndef _KVMSHARE_VGPU_WINDOW_H
#define _KVMSHARE_VGPU_WINDOW_H

#include "../../compat/types.h"

struct sched_client;
struct sched_engine;

#define WINDOW_LENGTH	1000000000ULL
#define WINDOW_ONE	1000000U	/* ppm */

/**
 * struct window_client - a client's part
 * @run: its time on the engine, when the window began
 * @absent: it had no work at some time since
 */
struct window_client {
	u64 run;
	bool absent;
};

/**
 * struct window - of an engine; all zeroes but @began is none yet
 * @began: when the present one did
 * @busy: the engine's busy time, when it did
 * @load: of the last one: the part in which somebody ran, in ppm
 * @jain: of the last one, in ppm; WINDOW_ONE where fewer than two were busy
 * @minmax: likewise
 * @busy_clients: of the last one: how many had work all of the time
 */
struct window {
	u64 began;
	u64 busy;
	u32 load;
	u32 jain;
	u32 minmax;
	u32 busy_clients;
};

void window_start(struct window *window, u64 now);
void window_look(struct window *window, struct sched_engine *engine, u64 now);

#endif /* _KVMSHARE_VGPU_WINDOW_H */
