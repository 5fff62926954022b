/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the headers of 7.3 use and sparse 0.6.4 does not know; kmod/check gives
 * this to sparse, and nothing else sees it.
 */
#define __typeof_unqual__ __typeof__
#define __builtin_strlen(s) (sizeof(s) - 1)
