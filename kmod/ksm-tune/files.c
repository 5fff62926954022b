// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mount.h>
#include <linux/string.h>

#include "files.h"

/* A number, a sign and a line's end. */
#define NUMBER_LEN	24

static struct vfsmount *sysfs;

static struct file *open_file(const char *path, int flags)
{
	const struct path root = { .mnt = sysfs, .dentry = sysfs->mnt_root };

	return file_open_root(&root, path, flags, 0);
}

int mem_file_read(const char *path, char *text, size_t size)
{
	struct file *file = open_file(path, O_RDONLY);
	loff_t at = 0;
	ssize_t len;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = kernel_read(file, text, size - 1, &at);
	filp_close(file, NULL);
	if (len < 0)
		return len;
	text[len] = '\0';
	return 0;
}

int mem_file_read_u64(const char *path, u64 *number)
{
	char text[NUMBER_LEN];
	int rc = mem_file_read(path, text, sizeof(text));

	return rc ?: kstrtou64(strim(text), 10, number);
}

int mem_file_write_u64(const char *path, u64 number)
{
	struct file *file = open_file(path, O_WRONLY);
	char text[NUMBER_LEN];
	loff_t at = 0;
	ssize_t len;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = kernel_write(file, text, scnprintf(text, sizeof(text), "%llu\n", number), &at);
	filp_close(file, NULL);
	return len < 0 ? len : 0;
}

int mem_files_init(void)
{
	struct file_system_type *type = get_fs_type("sysfs");

	if (!type)
		return -ENODEV;
	/* The kernel's own: there is no module of it to be held. */
	sysfs = kern_mount(type);
	return PTR_ERR_OR_ZERO(sysfs);
}

void mem_files_exit(void)
{
	kern_unmount(sysfs);
}
