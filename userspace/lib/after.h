/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be done once this process has ended, whatever it becomes meanwhile. */
#ifndef KVMSHARE_LIB_AFTER_H
#define KVMSHARE_LIB_AFTER_H

/*
 * Call @work once this process has ended, however it does: by a process of its
 * own, which is no child of this one, has none of its descriptors, and takes no
 * signal but SIGKILL. 0 or a negative errno.
 */
int after_end(void (*work)(void *arg), void *arg);

#endif
