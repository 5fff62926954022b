/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small files of the kernel, below a root: "" on a real host, a fixture tree in
 * the unit tests.  Failures are negative errno values.
 */
#ifndef KVMSHARE_LIB_FS_H
#define KVMSHARE_LIB_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first line of a file, without its newline; its length. */
int fs_read(const char *root, const char *path, char *text, size_t room);
/* All of a file that fits; its length. For what is not text too. */
int fs_read_all(const char *root, const char *path, void *data, size_t room);
/* A whole number, decimal or "0x" hexadecimal. */
int fs_read_u64(const char *root, const char *path, uint64_t *value);
int fs_read_s64(const char *root, const char *path, int64_t *value);
/* One write() of all of @text. */
int fs_write(const char *root, const char *path, const char *text);
/* The last component of what a symbolic link points to. */
int fs_link_base(const char *root, const char *path, char *name, size_t room);
bool fs_exists(const char *root, const char *path);

/*
 * Call @each for every entry of a directory but dot files, in order of their
 * names; it stops where @each returns non-zero, and returns that.
 */
int fs_list(const char *root, const char *path,
	    int (*each)(const char *name, void *arg), void *arg);

#endif
