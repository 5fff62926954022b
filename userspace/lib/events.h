/* SPDX-License-Identifier: GPL-2.0 */
/* The modules' event stream. */
#ifndef KVMSHARE_LIB_EVENTS_H
#define KVMSHARE_LIB_EVENTS_H

#include <uapi/kvmshare.h>

/* A non-blocking descriptor to poll(), or a negative errno of KVMSHARE_EVENTS. */
int events_open(void);
/* Call @each for all records that are there; 0 or a negative errno. */
int events_read(int fd, void (*each)(const struct kvmshare_event *event, void *arg),
		void *arg);
/*
 * Wait for the next record of any kind and drop all there are; at most @ms.
 * 0, or -EINTR for a signal.
 */
int events_wait(int fd, int ms);

#endif
