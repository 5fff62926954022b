/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of kvmshare_vgpu offer each other.
 *
 * Locks, outermost first:
 *
 *   vgpu_file.lock (file.c)     a descriptor that becomes a client
 *   vgpu_client.reading         who reads what has ended; may fault
 *   vgpu_lock                   the lists of engines, clients and allowances; a
 *                               spinlock, nothing sleeps under it
 *   vgpu_engine.lock            its scheduler and the queues of its clients; a
 *                               spinlock, and no interrupt takes it
 *
 * The core calls vgpu_client_holds() with its registry's mutex held, so the
 * registry is asked for nothing under any of these.
 *
 * Each engine has a thread, which alone gives it work (dispatch.c).  A client
 * that ends while it has the engine leaves it by that thread; nobody waits for
 * that, neither who closes a descriptor nor who is killed.
 */
#ifndef _KVMSHARE_VGPU_VGPU_H
#define _KVMSHARE_VGPU_VGPU_H

#include <linux/errno.h>

#include "objects.h"

#ifndef CONFIG_64BIT
#error "times are read without a lock: kvmshare_vgpu is for 64 bits"
#endif

/* Unlike shares, which the scheduler has in ppm, the uapi has percent. */
#define VGPU_PERCENT	(LEVEL_ONE / 100)

extern spinlock_t vgpu_lock;

/* engine.c: which there are */
struct vgpu_engine *vgpu_engine_add(const struct vgpu_engine_ops *ops, void *device, u64 bound,
				    int numa_node);
int vgpu_engine_remove(struct vgpu_engine *engine);
void vgpu_engine_put(struct vgpu_engine *engine);
struct vgpu_engine *vgpu_engine_get(const char *name);
struct vgpu_engine *vgpu_engine_get_idle(void);
void vgpu_engine_remove_kind(const struct vgpu_engine_ops *ops);
void vgpu_engine_free(struct kobject *kobj);
void vgpu_engines_forget(u32 device);

/* time.c: the time that it goes by */
u64 vgpu_time_now(const struct vgpu_engine *engine);
u64 vgpu_time_runs(struct vgpu_engine *engine);
u64 vgpu_time_own(struct vgpu_engine *engine);
u64 vgpu_time_sleeps(struct vgpu_engine *engine, u64 again);
u64 vgpu_time_kept(void);

/* dispatch.c: its thread */
int vgpu_dispatch(void *engine);
void vgpu_dispatch_kick(struct vgpu_engine *engine);

/* client.c: who shares it */
struct vgpu_client *vgpu_client_create(const struct kvmshare_vgpu_open *arg,
				       const struct vgpu_device_name *device);
void vgpu_client_end(struct vgpu_client *client);
void vgpu_client_put(struct vgpu_client *client);
struct vgpu_client *vgpu_client_get(u64 id);
int vgpu_client_set(struct vgpu_client *client, const struct kvmshare_vgpu_set *arg);
int vgpu_params_change(struct sched_params *params, const struct kvmshare_vgpu_set *arg);
bool vgpu_client_leave(struct vgpu_client *client);
void vgpu_client_wake(struct vgpu_client *client);
bool vgpu_client_holds(struct pid *tgid);
void vgpu_client_free(struct kobject *kobj);
extern struct list_head vgpu_clients;	/* vgpu_lock */
int vgpu_client_init(void);
void vgpu_client_exit(void);

/* tab.c: what a user, or a guest's device, owes an engine */
struct vgpu_tab *vgpu_tab_open(struct vgpu_engine *engine, u32 device, kuid_t uid);
void vgpu_tab_forget(struct vgpu_engine *engine, u32 device);
void vgpu_tabs_free(struct vgpu_engine *engine);
int vgpu_tab_check(const struct vgpu_engine *engine, const struct vgpu_tab *tab);
void vgpu_tab_take(struct vgpu_engine *engine, struct vgpu_client *client);
void vgpu_tab_leave(struct vgpu_engine *engine, struct vgpu_client *client);

/* jobs.c: what it has to do */
int vgpu_jobs_submit(struct vgpu_client *client, const struct job *jobs,
		     const struct place_of_job *place, u32 nr, u64 *fence);
void vgpu_jobs_drop(struct vgpu_client *client);
bool vgpu_jobs_wait(struct vgpu_client *client);
u32 vgpu_jobs_take(struct vgpu_client *client, s32 *status, u32 room);
ssize_t vgpu_jobs_read(struct vgpu_client *client, char __user *to, size_t len, bool wait);
void vgpu_jobs_fail(struct vgpu_client *client, int status);

/* memory.c */
int vgpu_memory_alloc(struct vgpu_memory *memory, u64 bytes, int numa_node);
void vgpu_memory_free(struct vgpu_memory *memory);
int vgpu_memory_map(const struct vgpu_memory *memory, struct vm_area_struct *vma);

/* allow.c: what an administrator lets a user have */
int vgpu_allow_set(const struct kvmshare_vgpu_allow *arg);
int vgpu_allow_check(const struct vgpu_client *client);
void vgpu_allow_exit(void);

/* file.c: /dev/kvmshare-vgpu; ctl.c: the calls of /dev/kvmshare */
int vgpu_file_init(void);
void vgpu_file_exit(void);
int vgpu_ctl_init(void);
void vgpu_ctl_exit(void);

/* sysfs.c; sysfs_engine.c, sysfs_client.c */
extern const struct kobj_type vgpu_engine_ktype;
extern const struct kobj_type vgpu_client_ktype;
int vgpu_sysfs_init(void);
void vgpu_sysfs_exit(void);
int vgpu_sysfs_add_engine(struct vgpu_engine *engine);
int vgpu_sysfs_add_client(struct vgpu_client *client);
void vgpu_sysfs_remove_client(struct vgpu_client *client);

/* counters.c: live objects of each kind */
enum vgpu_counter {
	VGPU_COUNT_ENGINE,
	VGPU_COUNT_CLIENT,
	VGPU_COUNT_PAGE,
	VGPU_COUNT_JOB,
	VGPU_COUNT_DEVICE,
	VGPU_COUNT_PIN,
	VGPU_COUNT_PART,
	VGPU_COUNT_NR
};

int vgpu_counters_init(void);
void vgpu_counters_exit(void);
void vgpu_count(enum vgpu_counter counter, long by);

/* mdev/: guests' devices; where the kernel has none, there are none */
#ifdef VGPU_HAS_MDEV
int vgpu_mdev_init(void);
void vgpu_mdev_exit(void);
long vgpu_mdev_screen(void __user *to);
#else
static inline int vgpu_mdev_init(void)
{
	return 0;
}

static inline void vgpu_mdev_exit(void)
{
}

static inline long vgpu_mdev_screen(void __user *to)
{
	return -EOPNOTSUPP;
}
#endif

/* engines/ */
int vgpu_soft_init(void);
void vgpu_soft_exit(void);
int vgpu_soft_add(int numa_node, char *name);
int vgpu_soft_remove(const char *name);
int vgpu_edu_init(void);
void vgpu_edu_exit(void);

#endif /* _KVMSHARE_VGPU_VGPU_H */
