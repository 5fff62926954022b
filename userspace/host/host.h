/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kvmshare-host, the service: restores what /etc/kvmshare keeps, cleans VFs
 * through their PFs, and writes down which are set aside.  One thread; all that
 * may block is a job in a child.
 */
#ifndef KVMSHARE_HOST_HOST_H
#define KVMSHARE_HOST_HOST_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "../lib/log.h"

/* Poll descriptors of all files, gathered anew for every poll(). */
#define POLL_MAX	256
struct poll_set {
	struct pollfd fds[POLL_MAX];
	nfds_t nr;
	int timeout_ms;		/* -1: none */
};
/* Where there is no room @fd is looked at once a second instead. */
void poll_add(struct poll_set *set, int fd);
void poll_within(struct poll_set *set, int ms);

/* restore.c: /etc/kvmshare to the kernel */

/*
 * Begin with all that is not restored yet; -EBADMSG where a file is broken,
 * which is logged, and then nothing is let into the pool. Where a command has
 * the settings' lock, restore_step() does it.
 */
int restore_begin(void);
void restore_poll(struct poll_set *set);
/* Go on with what is done; 1 once nothing is left to wait for, else 0 or as above. */
int restore_step(void);

/* clean.c: dirty VFs */

/* Look at one VF, or at all: clean it, set it aside again, or write it down. */
void clean_look(uint32_t vf);
void clean_look_all(void);
void clean_poll(struct poll_set *set);
void clean_step(void);
/* Forget all but jobs under way: the module is gone. */
void clean_forget(void);

/* watch.c: modules and PFs that come and go */
int watch_open(void);	/* a descriptor or a negative errno */
/* What has happened since; both stay as they are where nothing did. */
void watch_read(bool *modules, bool *devices);

#endif
