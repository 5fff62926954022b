/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects of kvmshare_vgpu: engines and their clients.
 *
 * Both are kobjects, and a kobject's references are the only ones: who finds
 * one under vgpu_lock takes a reference before dropping that lock.  A kobject
 * is never deleted under a lock that a show function takes.
 */
#ifndef _KVMSHARE_VGPU_OBJECTS_H
#define _KVMSHARE_VGPU_OBJECTS_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/uuid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/kvmshare_vgpu.h>

#include "../core/kvmshare.h"
#include "sched/clock.h"
#include "engines/words.h"
#include "queue.h"
#include "sched/sched.h"
#include "strikes.h"
#include "sched/window.h"

struct page;
struct task_struct;
struct vgpu_client;
struct vgpu_engine;

/**
 * enum vgpu_outcome - how a run of a job went
 * @VGPU_DONE: it has come to its end
 * @VGPU_MORE: it was stopped at a safe point, and can go on from there
 * @VGPU_LATE: it was stopped for good, since it ran past its limit
 * @VGPU_FAILED: the device failed
 */
enum vgpu_outcome {
	VGPU_DONE,
	VGPU_MORE,
	VGPU_LATE,
	VGPU_FAILED,
};

/**
 * struct vgpu_run - a job that has the engine
 * @client: whose
 * @job: it, checked against the engine's types and the client's memory
 * @place: what it is done in, which stays
 * @words: how far the soft engine has come with it; zeroes at its beginning
 * @until: by when the engine shall stop where it can; by vgpu_time_own(), as @began
 * @began: when it was given the job
 * @ran: for how long it had it before, in nanoseconds
 * @limit: for how long it may have it in all, in nanoseconds
 * @unseen: out: for how many nanoseconds of that its device had ended, and the
 *	    engine's thread had not seen it
 */
struct vgpu_run {
	const struct vgpu_client *client;
	const struct job *job;
	const struct place_of_job *place;
	struct words *words;
	u64 until;
	u64 began;
	u64 ran;
	u64 limit;
	u64 unseen;
};

/**
 * struct vgpu_engine_ops - a kind of engine
 * @kind: its name; engines are called that and a number
 * @types: the jobs that it executes, by bit
 * @preemptible: it stops at @until of a run, and at its limit
 * @is_cpu: it is the CPU of its own thread
 * @removable: an administrator may remove it
 * @job_limit: for how long a job may have it, unless an administrator says
 *             otherwise, in nanoseconds
 * @check: can it do this job, which job_check() has passed? May be NULL; the
 *         engine's device may be gone
 * @run: give it a job, and return when it no longer has it.  Called by the
 *       engine's own thread; may sleep.  One that is preemptible looks at
 *       vgpu_run_stopped() at its safe points.
 */
struct vgpu_engine_ops {
	const char *kind;
	u32 types;
	bool preemptible;
	bool is_cpu;
	bool removable;
	u64 job_limit;
	bool (*check)(const struct vgpu_engine *engine, const struct job *job);
	enum vgpu_outcome (*run)(struct vgpu_engine *engine, struct vgpu_run *run);
};

/**
 * struct vgpu_engine - a queue of a device
 * @kobj: engines/<name>
 * @node: in the registry; its name is taken until its directory is gone; vgpu_lock
 * @removed: somebody removes it; vgpu_lock
 * @ops: its kind; fixed
 * @device: the kind's own, for @run; fixed
 * @bound: the kind's own, for @check; fixed
 * @name: fixed
 * @numa_node: near which its clients' memory is, or NUMA_NO_NODE; fixed
 * @thread: which runs its jobs; nobody finds the engine before; vgpu_lock
 * @wait: where @thread sleeps
 * @lock: its scheduler, and the queues of its clients; see vgpu.h
 * @clock: its time, if it is a CPU; lock, but for what @thread tells while it runs
 * @sched: who shares it; lock
 * @window: the last second; lock
 * @tabs: of users who have had clients on it; lock
 * @clients: how many share it; lock
 * @kicked: @thread has something to look at; lock
 * @gone: nothing is to run on it any more; lock, may be read without
 * @job_limit: so long may a job run, in nanoseconds; read and written once
 * @strikes: so many within @strikes_window quarantine a client; likewise
 * @strikes_window: nanoseconds; likewise
 */
struct vgpu_engine {
	struct kobject kobj;
	struct list_head node;
	bool removed;
	const struct vgpu_engine_ops *ops;
	void *device;
	u64 bound;
	char name[KVMSHARE_ENGINE_NAME_LEN];
	int numa_node;
	struct task_struct *thread;
	wait_queue_head_t wait;

	spinlock_t lock;
	struct clock clock;
	struct sched_engine sched;
	struct window window;
	struct list_head tabs;
	u32 clients;
	bool kicked;
	bool gone;

	u64 job_limit;
	u32 strikes;
	u64 strikes_window;
};

/**
 * struct vgpu_tab - what clients left behind on an engine, a user's or a device's
 * @node: of the engine, whose lock guards all of it
 * @device: the slot of that guest's device, or 0
 * @uid: else of that user
 * @owes: what those which have ended ran ahead of their due
 * @strikes: of all of them
 */
struct vgpu_tab {
	struct list_head node;
	u32 device;
	kuid_t uid;
	struct sched_debt owes;
	struct strikes strikes;
};

/**
 * struct vgpu_memory - a client's memory
 * @pages: each has one reference, besides those of who has mapped it
 * @nr: how many
 * @at: where the kernel sees them in a row
 */
struct vgpu_memory {
	struct page **pages;
	unsigned long nr;
	void *at;
};

/**
 * struct vgpu_device_name - which guest's device
 * @slot: 1 to VGPU_DEVICES_MAX
 * @uuid: as text
 */
struct vgpu_device_name {
	u32 slot;
	char uuid[UUID_STRING_LEN + 1];
};

#define VGPU_DEVICES_MAX	64

/**
 * struct vgpu_client - one that shares an engine
 * @kobj: vgpus/<id>; the descriptor has a reference, and the engine while it
 *        is on it
 * @node: in the list of clients, until it is freed; vgpu_lock
 * @free: gives back what it had
 * @id: never used twice; fixed
 * @engine: referenced; fixed
 * @uid: who pays for it; fixed
 * @device: the guest's device that it is for; slot 0 where it is a process's own; fixed
 * @bounded: an administrator's allowance is asked for; fixed
 * @tab: its user's on the engine, where @bounded, or its device's; fixed
 * @wanted: how it asked to share the engine; fixed
 * @bytes: of memory; fixed
 * @pid: whose it is, referenced; fixed
 * @comm: of that process, when it came; fixed
 * @owner: watches that process, from its making until the descriptor closes
 * @memory: fixed
 * @reading: one reader at a time; outside of all locks
 * @wait: where its users sleep
 * @wake: wakes them
 * @sched: on the engine; the engine's lock, as all that follows
 * @joined: it is
 * @queue: its jobs
 * @words: how far the job has come that runs
 * @strikes: for jobs that ran past their limit
 * @quarantined: no job of it runs
 * @dropping: what it has queued is to end, undone; may be read without the lock
 * @ending: nothing of it is to run any more; likewise
 * @switches: its last slices, by @switched
 * @switched: how many there were
 */
struct vgpu_client {
	struct kobject kobj;
	struct list_head node;
	struct work_struct free;
	u64 id;
	struct vgpu_engine *engine;
	kuid_t uid;
	struct vgpu_device_name device;
	bool bounded;
	struct vgpu_tab *tab;
	struct sched_params wanted;
	u64 bytes;
	struct pid *pid;
	char comm[TASK_COMM_LEN];
	struct kvmshare_owner owner;
	struct vgpu_memory memory;
	struct mutex reading;
	wait_queue_head_t wait;
	struct work_struct wake;

	struct sched_client sched;
	bool joined;
	struct queue queue;
	struct words words;
	struct strikes strikes;
	bool quarantined;
	bool dropping;
	bool ending;
	struct kvmshare_vgpu_switch *switches;
	u64 switched;
};

static inline struct vgpu_engine *to_vgpu_engine(struct kobject *kobj)
{
	return container_of(kobj, struct vgpu_engine, kobj);
}

static inline struct vgpu_client *to_vgpu_client(struct kobject *kobj)
{
	return container_of(kobj, struct vgpu_client, kobj);
}

/* Shall a preemptible engine give this job back at its next safe point? */
static inline bool vgpu_run_stopped(const struct vgpu_engine *engine, const struct vgpu_run *run)
{
	return READ_ONCE(run->client->ending) || READ_ONCE(run->client->dropping) ||
	       READ_ONCE(engine->gone) || (run->place->lost && READ_ONCE(*run->place->lost));
}

/* Has the job had the engine for as long as it may? */
static inline bool vgpu_run_late(const struct vgpu_run *run, u64 now)
{
	return run->ran + now - run->began - run->unseen >= run->limit;
}

#endif /* _KVMSHARE_VGPU_OBJECTS_H */
