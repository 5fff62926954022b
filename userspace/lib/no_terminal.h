/* SPDX-License-Identifier: GPL-2.0 */
/* A command of another user on the caller's terminal. */
#ifndef KVMSHARE_LIB_NO_TERMINAL_H
#define KVMSHARE_LIB_NO_TERMINAL_H

/*
 * From here on, and in all that is executed, nothing can be typed into a
 * terminal on behalf of who sits before it: TIOCSTI and TIOCLINUX fail with
 * EPERM. Needs PR_SET_NO_NEW_PRIVS. 0 or a negative errno.
 */
int no_terminal_input(void);

#endif
