/* SPDX-License-Identifier: GPL-2.0 */
/* Typing: what a process can put into the input of its terminal. */
#ifndef KVMSHARE_LIB_TYPING_H
#define KVMSHARE_LIB_TYPING_H

/*
 * Refuse it with EPERM, for this process and all that come of it, for good: the
 * shell that reads the terminal afterwards may be root's. Needs no_new_privs or
 * CAP_SYS_ADMIN. 0 or a negative errno.
 */
int typing_refuse(void);

#endif
