/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that would leave the process that the lease belongs to. */
#ifndef KVMSHARE_LIB_DETACH_H
#define KVMSHARE_LIB_DETACH_H

/* The argument that would detach the command, or NULL. */
const char *detach_find(char *const argv[]);

#endif
