/* SPDX-License-Identifier: GPL-2.0 */
/* Ctrl-C, and being asked to end, for verbs that go on until then. */
#ifndef KVMSHARE_LIB_INTERRUPT_H
#define KVMSHARE_LIB_INTERRUPT_H

#include <stdbool.h>

/* From now on neither ends this process: interrupted() tells of them. */
void interrupt_catch(void);
bool interrupted(void);
/* They do again what they did. */
void interrupt_release(void);

#endif
