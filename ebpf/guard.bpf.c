// SPDX-License-Identifier: GPL-2.0
/*
 * What VMMs and what they start do to the host, and what is done to them: seen, or refused
 * before it comes to pass.
 *
 * Each program is at one of the kernel's own decisions (a hook of its security modules), and
 * returns at once for a process that is none of ours.  A kernel that lacks one loses that
 * rule, and the others run.
 */
#include <linux/bpf.h>

#include "kernel.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "guard_tell.h"

char gpl[] SEC("license") = "GPL";

/* -- Who is a VMM ----------------------------------------------------------- */

#define KVM_CREATE_VM	0xae01
#define KVM_RUN		0xae80
#define KVM_DEVICE	(10 << 20 | 232)	/* as the kernel has it: include/linux/kdev_t.h */

#define ANON_INODE_FS_MAGIC	0x09041934

/* Is that a file of KVM's, whose name begins so?  Whoever names a file has no such one. */
static __always_inline bool is_kvm_file(struct file *file, char after)
{
	char text[6] = {};

	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) != ANON_INODE_FS_MAGIC)
		return false;
	bpf_probe_read_kernel_str(text, sizeof(text), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	return text[0] == 'k' && text[1] == 'v' && text[2] == 'm' && text[3] == '-' &&
	       (!after || text[4] == after);
}

/* One that got its VM or its vCPU from another, or had it before these programs were here. */
static __always_inline struct guard_mark *sees_run(struct file *file)
{
	struct guard_mark *mark = my_mark(), *new = NULL;

	if (!mark && is_kvm_file(file, 'v'))
		mark = new = mark_as_vmm(bpf_get_current_task_btf());
	if (mark)
		mark_as_running(mark);
	return new;
}

/* The mark of one that becomes a VMM by it, or NULL. */
static __always_inline struct guard_mark *sees_ioctl(struct file *file, unsigned int cmd, int *ret)
{
	struct guard_mark *mark;

	if (cmd == KVM_RUN)
		return sees_run(file);
	if (cmd != KVM_CREATE_VM || BPF_CORE_READ(file, f_inode, i_rdev) != KVM_DEVICE)
		return NULL;
	*ret = judge_me(GUARD_SECOND_VM, 0, 0);
	mark = my_mark();
	return *ret || (mark && mark->flags & GUARD_VMM) ? NULL : mark_as_vmm(bpf_get_current_task_btf());
}

SEC("lsm/file_ioctl")
int BPF_PROG(guard_ioctl, struct file *file, unsigned int cmd, unsigned long arg, int ret)
{
	struct guard_mark *new;

	if (ret)
		return ret;
	new = sees_ioctl(file, cmd, &ret);
	if (new) {
		find_profile(new, bpf_get_current_task_btf());
		judge_me(GUARD_BEGUN, 0, 0);
	}
	return ret;
}

/*
 * Of programs for 32 bits, and of others that ask as these do.  The kernel lets no path be
 * asked for here: what is common holds for a VMM that begins so.
 */
SEC("lsm/file_ioctl_compat")
int BPF_PROG(guard_ioctl_compat, struct file *file, unsigned int cmd, unsigned long arg, int ret)
{
	if (!ret && sees_ioctl(file, cmd, &ret))
		judge_me(GUARD_BEGUN, 0, 0);
	return ret;
}

/*
 * VMMs that are there already: whoever has a VM, or a vCPU, open.  Read by the tool when the
 * programs begin, and when profiles are for other programs than before.
 */
SEC("iter/task_file")
int guard_adopt(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct guard_mark *mark;

	if (!task || !file || !is_kvm_file(file, 'v'))
		return 0;
	mark = vmm_mark_of(task);
	if (!mark) {
		mark = mark_as_vmm(task);
		if (mark)
			mark_as_running(mark);
	}
	if (mark && mark->flags & GUARD_VMM)
		find_profile(mark, task);
	return 0;
}

#define CLONE_THREAD	0x00010000

/* What a VMM starts is a helper of its, and so is what that starts. */
SEC("lsm/task_alloc")
int BPF_PROG(guard_task, struct task_struct *task, unsigned long flags, int ret)
{
	struct guard_mark *mine, *mark;

	if (ret || flags & CLONE_THREAD)
		return ret;
	mine = mark_of(bpf_get_current_task_btf());
	/* Of one that is to become a VMM, too. */
	if (!mine || !(mine->id || mine->flags & GUARD_ENFORCED))
		return 0;
	mark = bpf_task_storage_get(&marks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!mark) {
		__sync_fetch_and_add(&counts.unmarked, 1);
		return is_enforced(mine) ? -EAGAIN : 0;
	}
	mark->id = mine->id;
	mark->flags = (mine->flags & ~(GUARD_VMM | GUARD_SPARED)) | (mine->id ? GUARD_HELPER : 0);
	mark->vmm = mine->vmm;
	mark->profile = mine->profile;
	return 0;
}

/* -- Programs --------------------------------------------------------------- */

/* The thread that executes a program becomes the leader, whose storage goes: it needs its own. */
static __always_inline bool keep_mark(const struct guard_mark *mark)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct guard_mark *own;

	if (task->pid == task->tgid)
		return true;
	own = bpf_task_storage_get(&marks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (own)
		*own = *mark;
	else
		__sync_fetch_and_add(&counts.unmarked, 1);
	return own;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(guard_exec, struct linux_binprm *bprm, int ret)
{
	struct guard_mark *mark = my_mark();
	struct about about = { .rule = GUARD_EXEC };
	struct guard_policy policy = {};
	struct scratch *scratch;

	if (ret || !mark)
		return ret;
	if (!keep_mark(mark) && is_enforced(mark))
		return -ENOMEM;
	scratch = bprm->file ? path_of(bprm->file) : NULL;
	about.text = scratch ? scratch->key.path : BPF_CORE_READ(bprm, filename);
	about.numbers[0] = BPF_CORE_READ(bprm, file, f_inode, i_ino);
	if (!BPF_CORE_READ(bprm, file, f_inode, i_nlink))
		about.rule = GUARD_EXEC_GONE;
	if (copy_policy(mark, &policy))
		return 0;
	if (about.rule == GUARD_EXEC && scratch && lists(&policy, GUARD_EXEC) &&
	    is_listed(scratch, &policy, GUARD_MAY_EXEC))
		return 0;
	return judge_by(&policy, mark, &about);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(guard_exit, struct task_struct *task)
{
	struct about about = { .rule = GUARD_DIED };
	struct guard_mark *mark;

	/* Once for all threads: the signal ends them all. */
	if (!task || task->pid != task->tgid || !guard_is_fault(task->exit_code & 0x7f))
		return 0;
	mark = vmm_mark_of(task);
	if (!mark)
		return 0;
	about.numbers[0] = task->exit_code & 0x7f;
	judge(mark, &about);
	return 0;
}

/* -- Memory ----------------------------------------------------------------- */

#define PTRACE_MODE_ATTACH	2

/* ptrace(), process_vm_readv(), /proc/PID/mem and all that asks alike. */
SEC("lsm/ptrace_access_check")
int BPF_PROG(guard_access, struct task_struct *child, unsigned int mode, int ret)
{
	struct about about = { .rule = GUARD_MEMORY };
	struct guard_mark *mine, *its;

	if (ret || !(mode & PTRACE_MODE_ATTACH))
		return ret;
	mine = my_mark();
	its = vmm_mark_of(child);
	/* A VMM and what it starts are one. */
	if (mine && its && mine->id == its->id)
		return 0;
	about.numbers[0] = child->tgid;
	if (its && its->flags & GUARD_VMM)
		ret = judge(its, &about);
	if (ret || !mine)
		return ret;
	about.rule = GUARD_TRACE;
	return judge(mine, &about);
}

SEC("lsm/mmap_file")
int BPF_PROG(guard_mmap, struct file *file, unsigned long reqprot, unsigned long prot,
	     unsigned long flags, int ret)
{
	if (ret || !guard_is_wx(prot))
		return ret;
	return judge_me(GUARD_WX, prot, file != NULL);
}

#define VM_WRITE	2UL
#define VM_EXEC		4UL
#define PROT_EXEC	4UL

/* Could it have been written to before? */
static __always_inline bool is_written(struct vm_area_struct *vma)
{
	return BPF_CORE_READ(vma, vm_flags) & VM_WRITE || !BPF_CORE_READ(vma, vm_file) ||
	       BPF_CORE_READ(vma, anon_vma);
}

/* What is writable, or may have been and becomes executable. */
SEC("lsm/file_mprotect")
int BPF_PROG(guard_mprotect, struct vm_area_struct *vma, unsigned long reqprot,
	     unsigned long prot, int ret)
{
	if (ret || !(prot & PROT_EXEC))
		return ret;
	if (!guard_is_wx(prot) && (BPF_CORE_READ(vma, vm_flags) & VM_EXEC || !is_written(vma)))
		return 0;
	return judge_me(GUARD_WX, prot, BPF_CORE_READ(vma, vm_file) != NULL);
}

/* Files that are in no directory, by the name that their maker gives them. */
SEC("lsm/inode_init_security_anon")
int BPF_PROG(guard_anon, struct inode *inode, const struct qstr *name,
	     const struct inode *context, int ret)
{
	char text[8] = {};

	if (ret || !my_mark())
		return ret;
	bpf_probe_read_kernel_str(text, sizeof(text), BPF_CORE_READ(name, name));
	if (text[1] == 'i' && text[2] == 'o' && text[3] == '_')
		return judge_me(GUARD_URING, 0, 0);
	if (text[1] == 'u' && text[2] == 's' && text[3] == 'e')
		return judge_me(GUARD_USERFAULT, 0, 0);
	return 0;
}

/* -- Others ----------------------------------------------------------------- */

SEC("lsm/task_kill")
int BPF_PROG(guard_kill, struct task_struct *task, void *info, int sig, const void *cred, int ret)
{
	struct guard_mark *mine, *its;

	/* Signal 0 asks whether it is there. */
	if (ret || !sig)
		return ret;
	mine = my_mark();
	if (!mine)
		return 0;
	its = vmm_mark_of(task);
	if (its && its->id == mine->id)
		return 0;
	return judge_me(GUARD_SIGNAL, task->tgid, sig);
}

SEC("lsm/file_receive")
int BPF_PROG(guard_receive, struct file *file, int ret)
{
	struct about about = { .rule = GUARD_PASSED };
	struct guard_mark stranger = { .flags = GUARD_RUNS };

	if (ret || my_mark() || !is_kvm_file(file, 0))
		return ret;
	about.text = (const char *)BPF_CORE_READ(file, f_path.dentry, d_name.name);
	return judge(&stranger, &about);
}

/* -- Rights ----------------------------------------------------------------- */

SEC("lsm/task_fix_setuid")
int BPF_PROG(guard_setuid, struct cred *new, const struct cred *old, int flags, int ret)
{
	return ret ? ret : judge_me(GUARD_RIGHTS, BPF_CORE_READ(new, euid.val), 0);
}

SEC("lsm/task_fix_setgid")
int BPF_PROG(guard_setgid, struct cred *new, const struct cred *old, int flags, int ret)
{
	return ret ? ret : judge_me(GUARD_RIGHTS, BPF_CORE_READ(new, egid.val), 2);
}

SEC("lsm/task_fix_setgroups")
int BPF_PROG(guard_setgroups, struct cred *new, const struct cred *old, int ret)
{
	return ret ? ret : judge_me(GUARD_RIGHTS, BPF_CORE_READ(new, egid.val), 2);
}

SEC("lsm/capset")
int BPF_PROG(guard_capset, struct cred *new, const struct cred *old, const void *effective,
	     const void *inheritable, const void *permitted, int ret)
{
	return ret ? ret : judge_me(GUARD_RIGHTS, BPF_CORE_READ(new, euid.val), 1);
}

SEC("lsm/userns_create")
int BPF_PROG(guard_userns, const struct cred *cred, int ret)
{
	return ret ? ret : judge_me(GUARD_NAMESPACE, 0, 0);
}

SEC("lsm/sb_mount")
int BPF_PROG(guard_mount, const char *device, const struct path *path, const char *type,
	     unsigned long flags, void *data, int ret)
{
	return ret ? ret : judge_me(GUARD_MOUNT, flags, 0);
}

SEC("lsm/move_mount")
int BPF_PROG(guard_move_mount, const struct path *from, const struct path *to, int ret)
{
	return ret ? ret : judge_me(GUARD_MOUNT, 0, 1);
}

SEC("lsm/sb_umount")
int BPF_PROG(guard_umount, void *mount, int flags, int ret)
{
	return ret ? ret : judge_me(GUARD_MOUNT, flags, 2);
}

/* -- The kernel ------------------------------------------------------------- */

/* enum kernel_read_file_id and kernel_load_data_id: of modules, and of another kernel. */
#define READING_MODULE		2
#define READING_KEXEC_IMAGE	3
#define READING_KEXEC_INITRAMFS	4
#define READING_COMPRESSED	7	/* a module, from 7.x on; nothing before */

static __always_inline int judge_code(int id)
{
	if (id != READING_COMPRESSED && (id < READING_MODULE || id > READING_KEXEC_INITRAMFS))
		return 0;
	return judge_me(GUARD_MODULE, id, 0);
}

SEC("lsm/kernel_read_file")
int BPF_PROG(guard_read_file, struct file *file, int id, bool contents, int ret)
{
	return ret ? ret : judge_code(id);
}

SEC("lsm/kernel_load_data")
int BPF_PROG(guard_load_data, int id, bool contents, int ret)
{
	return ret ? ret : judge_code(id);
}

/* What came before is not known here: newer kernels have an argument more. */
SEC("lsm/bpf")
int BPF_PROG(guard_bpf, int cmd)
{
	return judge_me(GUARD_BPF, cmd, 0);
}

SEC("lsm/perf_event_open")
int BPF_PROG(guard_perf)
{
	return judge_me(GUARD_PERF, 0, 0);
}

/* -- The network, and devices ------------------------------------------------ */

#define AF_UNSPEC	0	/* which bind() takes for an address of IPv4 */
#define AF_INET		2
#define AF_INET6	10

static __always_inline int judge_address(enum guard_rule rule, struct sockaddr *address)
{
	__u16 family = BPF_CORE_READ(address, sa_family);
	struct about about = { .rule = rule, .numbers = { family } };
	struct guard_mark *mark = my_mark();
	__u8 port[2] = {};

	if (!mark)
		return 0;
	if (family != AF_INET && family != AF_INET6 && (family != AF_UNSPEC || rule != GUARD_BIND))
		return 0;
	/* Both families have it first, its higher byte first. */
	bpf_probe_read_kernel(port, sizeof(port), &address->sa_data);
	about.numbers[1] = port[0] << 8 | port[1];
	return judge_number(mark, &about, about.numbers[1]);
}

SEC("lsm/socket_connect")
int BPF_PROG(guard_connect, struct socket *sock, struct sockaddr *address, int length, int ret)
{
	return ret ? ret : judge_address(GUARD_CONNECT, address);
}

SEC("lsm/socket_bind")
int BPF_PROG(guard_bind, struct socket *sock, struct sockaddr *address, int length, int ret)
{
	return ret ? ret : judge_address(GUARD_BIND, address);
}

#define S_IFMT		0170000
#define S_IFCHR		0020000
#define S_IFBLK		0060000

static __always_inline bool is_device(unsigned int mode)
{
	return (mode & S_IFMT) == S_IFCHR || (mode & S_IFMT) == S_IFBLK;
}

SEC("lsm/inode_mknod")
int BPF_PROG(guard_mknod, struct inode *dir, struct dentry *dentry, unsigned short mode,
	     unsigned int device, int ret)
{
	/* What a union of file systems puts in the place of a file that is removed is none. */
	if (ret || !is_device(mode) || !device)
		return ret;
	return judge_me(GUARD_NODE, device >> 20, device & 0xfffff);
}

/* null, zero, full, random and urandom: memory and ports have that number as well. */
#define MEMORY_MAJOR	1
#define HARMLESS_MINORS	(1U << 3 | 1U << 5 | 1U << 7 | 1U << 8 | 1U << 9)

static __always_inline int judge_device(struct guard_mark *mark, struct file *file, bool block)
{
	unsigned int device = BPF_CORE_READ(file, f_inode, i_rdev), major = device >> 20, minor = device & 0xfffff;
	struct about about = { .rule = GUARD_DEVICE, .numbers = { major | (block ? GUARD_BLOCK : 0), minor } };

	if (!block && major == MEMORY_MAJOR && minor < 32 && HARMLESS_MINORS & 1U << minor)
		return 0;
	about.text = (const char *)BPF_CORE_READ(file, f_path.dentry, d_name.name);
	return judge_number(mark, &about, guard_device(major, minor, block));
}

/* include/linux/fs.h: of what a file was opened for; and of how, the kernel's own alone. */
#define FMODE_READ	1U
#define FMODE_WRITE	2U
#define OPENED_TO_EXECUTE	32U	/* __FMODE_EXEC */

/* To execute it is another rule's. */
static __always_inline int judge_file(struct guard_mark *mark, struct file *file)
{
	struct about about = { .rule = GUARD_OPEN };
	struct guard_policy policy = {};
	struct scratch *scratch;
	__u32 mode;

	if (!guard_watches(GUARD_OPEN, flags_of(mark)) || copy_policy(mark, &policy) ||
	    policy.actions[GUARD_OPEN] == GUARD_IGNORE || BPF_CORE_READ(file, f_flags) & OPENED_TO_EXECUTE)
		return 0;
	mode = BPF_CORE_READ(file, f_mode);
	about.numbers[0] = (mode & FMODE_READ ? GUARD_MAY_READ : 0) | (mode & FMODE_WRITE ? GUARD_MAY_WRITE : 0);
	scratch = path_of(file);
	if (scratch && lists(&policy, GUARD_OPEN) && is_listed(scratch, &policy, about.numbers[0]))
		return 0;
	about.text = scratch ? scratch->key.path : (const char *)BPF_CORE_READ(file, f_path.dentry, d_name.name);
	return judge_by(&policy, mark, &about);
}

SEC("lsm/file_open")
int BPF_PROG(guard_open, struct file *file, int ret)
{
	struct guard_mark *mark = my_mark();
	unsigned int mode;

	if (ret || !mark)
		return ret;
	mode = BPF_CORE_READ(file, f_inode, i_mode);
	if (is_device(mode))
		return judge_device(mark, file, (mode & S_IFMT) == S_IFBLK);
	return judge_file(mark, file);
}

/*
 * Where paths are listed, what has one of them must not become another: a name more of a file, a
 * root of its own from which it is seen otherwise.
 */
static __always_inline int judge_name(struct dentry *dentry)
{
	struct about about = { .rule = GUARD_OPEN };
	struct guard_mark *mark = my_mark();
	struct guard_policy policy = {};

	if (!mark || !guard_watches(GUARD_OPEN, flags_of(mark)) || copy_policy(mark, &policy) ||
	    !(lists(&policy, GUARD_OPEN) || lists(&policy, GUARD_EXEC)))
		return 0;
	about.text = (const char *)BPF_CORE_READ(dentry, d_name.name);
	return judge_by(&policy, mark, &about);
}

SEC("lsm/path_link")
int BPF_PROG(guard_link, struct dentry *old, const struct path *dir, struct dentry *new, int ret)
{
	return ret ? ret : judge_name(old);
}

SEC("lsm/path_rename")
int BPF_PROG(guard_rename, const struct path *from, struct dentry *old, const struct path *to,
	     struct dentry *new)
{
	return judge_name(old);
}

SEC("lsm/path_chroot")
int BPF_PROG(guard_chroot, const struct path *path, int ret)
{
	return ret ? ret : judge_me(GUARD_MOUNT, 0, 3);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(guard_pivot, const struct path *old, const struct path *new, int ret)
{
	return ret ? ret : judge_me(GUARD_MOUNT, 0, 4);
}
