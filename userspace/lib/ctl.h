/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of /dev/kvmshare, and a sentence for each way that they fail. */
#ifndef KVMSHARE_LIB_CTL_H
#define KVMSHARE_LIB_CTL_H

#include <uapi/kvmshare.h>

#include "msg.h"

#define CTL_NODE	"/dev/kvmshare"

/* 0, or a negative errno; opens the node at the first call. */
int ctl_call(unsigned long request, void *arg);
void ctl_close(void);

/* The parts of a message for what ctl_call() returned; @object as given. */
struct msg ctl_explain(unsigned long request, int err, const char *object);
/* Print that; the exit code. */
int ctl_fail(unsigned long request, int err, const char *object);
/* The exit code that an errno deserves. */
enum exit_code ctl_exit_code(int err);

#endif
