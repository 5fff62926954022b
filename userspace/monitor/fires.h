/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Harmless acts that have the kernel ask each program: whether one fires is seen by doing it.
 * All of them are done in children, and in namespaces of their own where they would leave something.
 */
#ifndef KVMSHARE_MONITOR_FIRES_H
#define KVMSHARE_MONITOR_FIRES_H

/* What the hooks of the rules are asked for. */
void fires_acts(void);
/* A guest that does a bit of all that is counted; 0, or a negative errno where there is no KVM. */
int fires_guest(void);

#endif
