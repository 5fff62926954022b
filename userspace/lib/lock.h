/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks between the processes of kvmshare: files in /etc/kvmshare that only root
 * can open, since whoever can open a file, be it to read, can lock it.
 */
#ifndef KVMSHARE_LIB_LOCK_H
#define KVMSHARE_LIB_LOCK_H

/*
 * The lock of a name: a descriptor or a negative errno. Where another has it,
 * @note is said and it is waited for; without a @note it is -EWOULDBLOCK.
 */
int lock_take(const char *name, const char *note);
/*
 * For children that were begun meanwhile too; what a child shall keep to its
 * own end is close()d instead. Nothing is done with a @lock below 0.
 */
void lock_drop(int lock);

#endif
