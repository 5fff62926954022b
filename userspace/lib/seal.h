/* SPDX-License-Identifier: GPL-2.0 */
/* A process that cannot make its memory mergeable, whatever it becomes. */
#ifndef KVMSHARE_LIB_SEAL_H
#define KVMSHARE_LIB_SEAL_H

/*
 * For this process and all that come of it, in every way to call the kernel that it has:
 * no madvise(MADV_MERGEABLE), no PR_SET_MEMORY_MERGE, no io_uring, which could do the
 * former. Such calls fail with EPERM. What was asked for before by prctl is taken back,
 * and no ring that this process was given goes to the program that it becomes.
 *
 * It needs CAP_SYS_ADMIN, or PR_SET_NO_NEW_PRIVS. 0, or -errno and nothing of use.
 */
int seal_memory(void);

#endif
