# SPDX-License-Identifier: GPL-2.0
# What a kernel says only when something is wrong, and where to look for it.
# Sourced inside the test host, and outside to read consoles.
# shellcheck shell=bash

trouble_words=(
	'WARNING: ' 'BUG: ' 'kernel BUG at' 'Oops' 'general protection fault' 'Kernel panic'
	'KASAN' 'UBSAN' 'KFENCE' 'ODEBUG:' 'DEBUG_LOCKS_WARN_ON'
	'possible circular locking' 'possible recursive locking' 'possible irq lock inversion'
	'inconsistent lock state' 'bad unlock balance' 'held lock freed' 'suspicious RCU'
	'lock held when returning' 'lock\(s\) held' 'Invalid wait context'
	'sleeping function called' 'scheduling while atomic'
	'blocked for more than' 'soft lockup' 'hard LOCKUP' 'rcu.*detected.*stall'
	'refcount_t:' 'list_(add|del) corruption' 'unreferenced object'
	'kobject_add_internal failed' 'sysfs: cannot create duplicate' 'Trying to vfree'
	'page allocation failure' 'Bad page state'
)
trouble_pattern=$(IFS='|'; echo "${trouble_words[*]}")

# trouble: the lines of standard input that tell of it, numbered; at most 20.
# That there is none is no failure.
trouble() { grep -m 20 -nE "$trouble_pattern" || [ $? = 1 ]; }
