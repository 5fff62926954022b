// SPDX-License-Identifier: GPL-2.0
/*
 * What is a VM's file. KVM's own test for it is closed to other modules on
 * newer kernels, so it is known by what only KVM makes: a file of the kernel's
 * anonymous inodes, by the name "kvm-vm". No process can choose the name of an
 * anonymous inode; memfd, dma-buf and the like, whose names they choose, are on
 * other file systems.
 *
 * This is the only file that knows struct kvm.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kvm_host.h>
#include <linux/magic.h>
#include <linux/module.h>
#include "core.h"

#define VM_NAME	"kvm-vm"

static bool has_name(const struct dentry *dentry)
{
	return dentry->d_name.len == strlen(VM_NAME) &&
	       !memcmp(dentry->d_name.name, VM_NAME, strlen(VM_NAME));
}

/* KVM sets itself as the owner of its file operations on newer kernels. */
static bool is_kvm_or_unknown(const struct module *owner)
{
	return !owner || !strncmp(owner->name, "kvm", 3);
}

/**
 * kvmshare_vmfile_mm() - who made this VM?
 * @file: any file; the caller sees to it that it stays open
 *
 * A descriptor opened with O_PATH shares its dentry with the VM's file, but
 * is none.
 *
 * Return: the mm that created the VM, valid as long as @file is open, or NULL
 * where it is no VM's.
 */
struct mm_struct *kvmshare_vmfile_mm(const struct file *file)
{
	const struct inode *inode = file_inode(file);
	const struct kvm *kvm;

	if (!inode || inode->i_sb->s_magic != ANON_INODE_FS_MAGIC)
		return NULL;
	if (!has_name(file->f_path.dentry) || (file->f_mode & FMODE_PATH))
		return NULL;
	if (!is_kvm_or_unknown(file->f_op->owner))
		return NULL;
	kvm = file->private_data;
	return kvm ? kvm->mm : NULL;
}
