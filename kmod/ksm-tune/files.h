/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own files of memory management: a mount of sysfs that no process sees,
 * and ordinary reads and writes.  For threads that may sleep; to write may take minutes
 * where a pool of huge pages grows.
 */
#ifndef _KVMSHARE_MEM_FILES_H
#define _KVMSHARE_MEM_FILES_H

#include <linux/types.h>

int mem_files_init(void);
void mem_files_exit(void);

/* @path: below /sys. 0, or -ENOENT where this kernel has no such file, or what it said. */
int mem_file_read(const char *path, char *text, size_t size);
int mem_file_read_u64(const char *path, u64 *number);
int mem_file_write_u64(const char *path, u64 number);

#endif /* _KVMSHARE_MEM_FILES_H */
