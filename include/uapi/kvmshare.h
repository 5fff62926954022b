/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * kvmshare: the contract between the kernel modules and userspace.
 *
 * Every call is an ioctl on /dev/kvmshare and passes one struct.  Its first
 * field, @size, is sizeof() of the struct as the caller knows it, so that a
 * struct can grow at its end: a shorter one is read as if the missing fields
 * were zero, a longer one is refused with -E2BIG unless what the kernel does
 * not know is zero.  One too short for @size and @flags is refused with
 * -EINVAL, one longer than a page with -E2BIG whatever is in it.  @flags and
 * every reserved field must hold only what is defined here, else -EINVAL.
 *
 * Errors mean the same for every call:
 *   -EINVAL   the struct is malformed: an unknown flag, a value out of range
 *   -E2BIG    the caller's struct has fields set that this kernel cannot read
 *   -EFAULT   the struct, or what it points to, cannot be read or written
 *   -EBADF    the descriptor in it is not open, or was opened with O_PATH
 *   -EPERM    needs CAP_SYS_ADMIN in the initial user namespace
 *   -EACCES   the VM is not the caller's own
 *   -ENOTTY   no loaded module serves this call
 *   -ENOENT   no such VM, lease, PF or VF
 *   -ESRCH    no such process, or it has ended
 *   -EBUSY    the object is in a state that forbids it now
 *   -EEXIST   it has been done already, and not with these values
 *   -ENOSPC   nothing in the pool matches now, or a table is full
 *   -EDQUOT   a quota of the uid or of the tenant, or what a uid or a process
 *             may have of VMs, would be exceeded
 *   -ENODEV   the device went away while the call worked on it
 *   -ENXIO    the driver to bind a VF to is not there, or is none of VFIO's
 *   -EOPNOTSUPP this hardware cannot: the PF is not behind an IOMMU
 *   -EINTR    a wait was interrupted by a signal
 *   -ENOMEM   there is no memory for it
 *   -EMFILE, -ENFILE  the process, or the host, has no descriptor left for the
 *             one that it returns
 */
#ifndef _UAPI_KVMSHARE_H
#define _UAPI_KVMSHARE_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Raised when a struct grows or a call is added; never when one changes. */
#define KVMSHARE_UAPI_VERSION	1

#define KVMSHARE_NAME_LEN	64	/* names and tenants, with the final NUL */
#define KVMSHARE_REASON_LEN	96
#define KVMSHARE_MAX_CLASSES	8
#define KVMSHARE_MAX_VFS	64	/* in one lease */

#define KVMSHARE_IOC		0xbc

/* Numbers 0x00-0x1f are the core's, 0x20-0x3f the VF module's. */
#define KVMSHARE_IOC_VF_FIRST	0x20
#define KVMSHARE_IOC_VF_LAST	0x3f

/* -- The core: kvmshare.ko ------------------------------------------------ */

/**
 * struct kvmshare_version - what this kernel speaks
 * @size: sizeof(struct kvmshare_version)
 * @flags: must be zero
 * @uapi: out, KVMSHARE_UAPI_VERSION of the modules
 * @reserved: must be zero
 * @modules: out, bit mask of KVMSHARE_MODULE_*
 * @release: out, the modules' version as text
 */
struct kvmshare_version {
	__u32 size;
	__u32 flags;
	__u32 uapi;
	__u32 reserved;
	__u64 modules;
#define KVMSHARE_MODULE_CORE	(1ULL << 0)
#define KVMSHARE_MODULE_VF	(1ULL << 1)
	char release[32];
};

/**
 * struct kvmshare_vm_attach - enter a VM in the registry
 * @size: sizeof(struct kvmshare_vm_attach)
 * @flags: KVMSHARE_VM_*
 * @vm_fd: the caller's own KVM VM descriptor; -1 with KVMSHARE_VM_EXPECT
 * @reserved: must be zero
 * @id: out, the entry's number, never used twice while the module is loaded
 * @name: NUL-terminated; empty leaves the name as it is
 * @tenant: NUL-terminated; not empty needs CAP_SYS_ADMIN in the initial
 *          namespace
 *
 * The mm that created the VM owns the entry: -EACCES where that is not the
 * caller's.  A VM that discovery has found already keeps its id.
 */
struct kvmshare_vm_attach {
	__u32 size;
	__u32 flags;
/* No VM yet: the calling process is about to become a VMM, through exec too. */
#define KVMSHARE_VM_EXPECT	(1U << 0)
/*
 * With it, and CAP_SYS_ADMIN in the initial namespace: before it becomes that, it gives
 * up for good to make its memory mergeable itself, by a filter of system calls.
 */
#define KVMSHARE_VM_SEALED	(1U << 1)
	__s32 vm_fd;
	__u32 reserved;
	__u64 id;
	char name[KVMSHARE_NAME_LEN];
	char tenant[KVMSHARE_NAME_LEN];
};

/**
 * struct kvmshare_vm_set - name an entry, or give it its tenant
 * @size: sizeof(struct kvmshare_vm_set)
 * @flags: KVMSHARE_VM_SET_*, which of the fields below to set
 * @id: the entry
 * @name: by the VM's own process or an administrator
 * @tenant: by an administrator; -EEXIST where another tenant stands,
 *          -EBUSY where the VM holds something already
 */
struct kvmshare_vm_set {
	__u32 size;
	__u32 flags;
#define KVMSHARE_VM_SET_NAME	(1U << 0)
#define KVMSHARE_VM_SET_TENANT	(1U << 1)
	__u64 id;
	char name[KVMSHARE_NAME_LEN];
	char tenant[KVMSHARE_NAME_LEN];
};

/**
 * struct kvmshare_events - subscribe to what changes
 * @size: sizeof(struct kvmshare_events)
 * @flags: must be zero
 * @fd: out, a descriptor (O_CLOEXEC) to poll() and read() whole records of
 *      struct kvmshare_event from
 * @reserved: must be zero
 */
struct kvmshare_events {
	__u32 size;
	__u32 flags;
	__s32 fd;
	__u32 reserved;
};

enum kvmshare_event_type {
	KVMSHARE_EVENT_LOST = 0,	/* @value records did not fit */
	KVMSHARE_EVENT_VM_NEW,		/* @id: VM */
	KVMSHARE_EVENT_VM_GONE,		/* @id: VM */
	KVMSHARE_EVENT_VM_SET,		/* @id: VM; a few times a second at most for new names */
	KVMSHARE_EVENT_LEASE_NEW,	/* @id: lease, @value: VFs in it */
	KVMSHARE_EVENT_LEASE_END,	/* @id: lease */
	KVMSHARE_EVENT_LEASE_OWNER,	/* @id: lease, @value: the new owner's pid */
	KVMSHARE_EVENT_LEASE_REVOKE,	/* @id: lease; @bdf is being removed or unbound */
	KVMSHARE_EVENT_LEASE_TOUCHED,	/* @id: lease; @bdf changed driver under it */
	KVMSHARE_EVENT_VF_STATE,	/* @bdf: VF, @id: generation, @value: kvmshare_vf_state */
	KVMSHARE_EVENT_PF,		/* @bdf: PF, @value: 1 enrolled, 0 not any more */
	KVMSHARE_EVENT_NR
};

/**
 * struct kvmshare_event - one record of the event descriptor
 * @size: sizeof(struct kvmshare_event), the same for every record read
 * @type: enum kvmshare_event_type
 * @seq: counts by one a record, over all readers; a gap follows a LOST record
 * @time_ns: CLOCK_MONOTONIC
 * @id: see enum kvmshare_event_type
 * @value: see enum kvmshare_event_type
 * @bdf: KVMSHARE_BDF() where a device is meant, else zero
 * @reserved: zero
 */
struct kvmshare_event {
	__u32 size;
	__u32 type;
	__u64 seq;
	__u64 time_ns;
	__u64 id;
	__u64 value;
	__u32 bdf;
	__u32 reserved;
};

/* -- VF leases: kvmshare_vf.ko -------------------------------------------- */

/* A PCI function: segment, bus, and device with function, in one number. */
#define KVMSHARE_BDF(segment, bus, devfn) \
	(((__u32)(segment) << 16) | ((__u32)(bus) << 8) | (__u32)(devfn))
#define KVMSHARE_BDF_ANY	0xffffffffU

/**
 * enum kvmshare_vf_state - where a VF stands
 * @KVMSHARE_VF_FREE: clean and in the pool
 * @KVMSHARE_VF_LEASED: a lease has it
 * @KVMSHARE_VF_HELD: the lease ended, and a process still has it open in VFIO
 * @KVMSHARE_VF_RESETTING: let go, the function level reset is under way
 * @KVMSHARE_VF_DIRTY: reset; what only the PF can clean is still to be cleaned
 * @KVMSHARE_VF_QUARANTINED: not leased again until an administrator says so
 * @KVMSHARE_VF_FOREIGN: in use by a driver or process that leased nothing
 * @KVMSHARE_VF_GONE: off the bus; shown while a lease still names it
 */
enum kvmshare_vf_state {
	KVMSHARE_VF_FREE = 0,
	KVMSHARE_VF_LEASED,
	KVMSHARE_VF_HELD,
	KVMSHARE_VF_RESETTING,
	KVMSHARE_VF_DIRTY,
	KVMSHARE_VF_QUARANTINED,
	KVMSHARE_VF_FOREIGN,
	KVMSHARE_VF_GONE,
	KVMSHARE_VF_NR
};

/**
 * struct kvmshare_vf - one VF of a lease
 * @bdf: the VF, KVMSHARE_BDF()
 * @pf: its PF
 * @index: the VF's number on its PF, from 0
 * @iommu_group: the N of /dev/vfio/N
 * @node: NUMA node, or -1
 * @class_code: PCI class code, 24 bits
 * @generation: grows with every lease, of any VF, and with every time that a VF
 *              becomes dirty; names this use of the VF, and is never seen twice
 *              while the module is loaded
 * @vendor: PCI vendor
 * @device: PCI device
 * @reserved: zero
 */
struct kvmshare_vf {
	__u32 bdf;
	__u32 pf;
	__u32 index;
	__u32 iommu_group;
	__s32 node;
	__u32 class_code;
	__u64 generation;
	__u16 vendor;
	__u16 device;
	__u32 reserved;
};

/**
 * struct kvmshare_vf_class - a PCI class to accept
 * @value: 24 bits: base class, subclass, programming interface
 * @mask: the bits of @value that count, not zero
 */
struct kvmshare_vf_class {
	__u32 value;
	__u32 mask;
};

/**
 * struct kvmshare_vf_lease - lease VFs to the calling process
 * @size: sizeof(struct kvmshare_vf_lease)
 * @flags: KVMSHARE_LEASE_*
 * @count: how many VFs, 1 to KVMSHARE_MAX_VFS: all of them or none
 * @nr_classes: entries of @classes, in order of preference; 0 accepts any.
 *              One lease takes all of its VFs from the first class that can
 *              serve it.
 * @classes: see @nr_classes
 * @pf: only VFs of this PF, or KVMSHARE_BDF_ANY
 * @vf: only this VF, or KVMSHARE_BDF_ANY
 * @vendor: PCI vendor, or 0 for any
 * @device: PCI device, or 0 for any
 * @node: prefer this NUMA node, or -1
 * @uid: whom to charge; needs KVMSHARE_LEASE_UID, else the caller's
 * @fd: out, the lease's descriptor, O_CLOEXEC; poll() gives POLLPRI once a VF
 *      of it is being removed or was touched, POLLHUP once the lease has ended
 * @id: out, the lease's number, never used twice while the module is loaded
 * @vfs: address of @count struct kvmshare_vf to fill
 * @tenant: whom to charge and to show; empty takes the tenant of the caller's
 *          VM or of its KVMSHARE_VM_EXPECT entry, if any
 *
 * Needs CAP_SYS_ADMIN in the initial namespace.  -ENOSPC where nothing
 * matches now, -EDQUOT (also with KVMSHARE_LEASE_WAIT: a quota is not waited
 * for), -EINTR while waiting, -ENODEV, -ENXIO.
 */
struct kvmshare_vf_lease {
	__u32 size;
	__u32 flags;
#define KVMSHARE_LEASE_WAIT	(1U << 0)	/* sleep until it can be served */
#define KVMSHARE_LEASE_PACK	(1U << 1)	/* fill one PF first, not spread */
#define KVMSHARE_LEASE_STRICT_NODE (1U << 2)	/* @node or nothing */
#define KVMSHARE_LEASE_UID	(1U << 3)	/* @uid is set */
	__u32 count;
	__u32 nr_classes;
	struct kvmshare_vf_class classes[KVMSHARE_MAX_CLASSES];
	__u32 pf;
	__u32 vf;
	__u16 vendor;
	__u16 device;
	__s32 node;
	__u32 uid;
	__s32 fd;
	__u64 id;
	__u64 vfs;
	char tenant[KVMSHARE_NAME_LEN];
};

/**
 * struct kvmshare_vf_release - end a lease, as an administrator
 * @size: sizeof(struct kvmshare_vf_release)
 * @flags: must be zero
 * @id: the lease
 */
struct kvmshare_vf_release {
	__u32 size;
	__u32 flags;
	__u64 id;
};

/**
 * struct kvmshare_vf_handover - give a lease to another process
 * @size: sizeof(struct kvmshare_vf_handover)
 * @flags: must be zero
 * @id: the lease
 * @pid: the new owner, in the caller's pid namespace; any thread names its
 *       process
 * @reserved: must be zero
 *
 * From then on the lease has no descriptor: those that exist are inert (poll()
 * gives POLLHUP), and it ends when the new owner is gone or an administrator
 * releases it.  -ESRCH leaves the lease as it was.
 */
struct kvmshare_vf_handover {
	__u32 size;
	__u32 flags;
	__u64 id;
	__s32 pid;
	__u32 reserved;
};

/**
 * struct kvmshare_vf_enrol - let a PF's VFs into the pool, or take them out
 * @size: sizeof(struct kvmshare_vf_enrol)
 * @flags: KVMSHARE_ENROL_*
 * @pf: the PF
 * @reserved: must be zero
 * @driver: what to bind a leased VF to; empty means vfio-pci
 *
 * Enrolling changes nothing on the PF: the tool turns driver autoprobe off
 * before it creates VFs.  Enrolling again is 0 with the same values, -EEXIST
 * with others.  Taking out is -EBUSY while a VF of it is leased, held or being
 * reset.
 */
struct kvmshare_vf_enrol {
	__u32 size;
	__u32 flags;
#define KVMSHARE_ENROL_OUT		(1U << 0)	/* take it out */
#define KVMSHARE_ENROL_RESET_CLEANS	(1U << 1)	/* nothing but a reset is needed */
	__u32 pf;
	__u32 reserved;
	char driver[KVMSHARE_NAME_LEN];
};

/**
 * struct kvmshare_vf_cleaned - the service has cleaned a dirty VF
 * @size: sizeof(struct kvmshare_vf_cleaned)
 * @flags: must be zero
 * @vf: the VF
 * @reserved: must be zero
 * @generation: what was cleaned; -EBUSY where the VF is past it or not dirty
 */
struct kvmshare_vf_cleaned {
	__u32 size;
	__u32 flags;
	__u32 vf;
	__u32 reserved;
	__u64 generation;
};

/**
 * struct kvmshare_vf_quarantine - set a VF aside, or take it back
 * @size: sizeof(struct kvmshare_vf_quarantine)
 * @flags: KVMSHARE_QUARANTINE_*
 * @vf: the VF; -EBUSY while it is leased, held or being reset
 * @index: with KVMSHARE_QUARANTINE_INDEX, the number of the VF on its PF; else
 *         zero
 * @reason: what to show
 *
 * A VF that is taken back is reset and then dirty, as after a lease.  With
 * KVMSHARE_QUARANTINE_INDEX @vf is an enrolled PF, and the VF need not be on the
 * bus: it is then set aside when it comes, for as long as its PF is enrolled.
 */
struct kvmshare_vf_quarantine {
	__u32 size;
	__u32 flags;
#define KVMSHARE_QUARANTINE_END		(1U << 0)
#define KVMSHARE_QUARANTINE_INDEX	(1U << 1)
	__u32 vf;
	__u32 index;
	char reason[KVMSHARE_REASON_LEN];
};

/**
 * struct kvmshare_vf_quota - bound what a uid or a tenant has at once
 * @size: sizeof(struct kvmshare_vf_quota)
 * @flags: KVMSHARE_QUOTA_*
 * @uid: in the initial namespace, where @tenant is empty
 * @max: VFs leased and held at once
 * @tenant: whose quota, or empty
 *
 * A quota below what is leased already takes nothing away.
 */
struct kvmshare_vf_quota {
	__u32 size;
	__u32 flags;
#define KVMSHARE_QUOTA_NONE	(1U << 0)	/* remove the quota */
	__u32 uid;
	__u32 max;
	char tenant[KVMSHARE_NAME_LEN];
};

/**
 * struct kvmshare_vf_record - a use of a VF that is over
 * @seq: counts by one a record, from 1
 * @lease: the lease
 * @generation: of that use
 * @began_ns: when it was leased, CLOCK_REALTIME
 * @leased_ns: how long the lease lasted
 * @held_ns: how long after that a process still had it open
 * @return_ns: how long from then until it was reset and unbound
 * @bdf: the VF
 * @pf: its PF
 * @pid: the last owner of the lease, in the initial pid namespace
 * @uid: who was charged
 * @reset: what the reset returned: 0, or a negative errno
 * @state: enum kvmshare_vf_state, where it went
 * @end: enum kvmshare_lease_end, why the lease ended
 * @reserved: zero
 * @comm: the last owner's command
 * @tenant: who was charged
 */
struct kvmshare_vf_record {
	__u64 seq;
	__u64 lease;
	__u64 generation;
	__u64 began_ns;
	__u64 leased_ns;
	__u64 held_ns;
	__u64 return_ns;
	__u32 bdf;
	__u32 pf;
	__s32 pid;
	__u32 uid;
	__s32 reset;
	__u32 state;
	__u32 end;
	__u32 reserved;
	char comm[16];
	char tenant[KVMSHARE_NAME_LEN];
};

/**
 * enum kvmshare_lease_end - why a lease ended
 * @KVMSHARE_END_NONE: it has not
 * @KVMSHARE_END_CLOSED: its last descriptor was closed
 * @KVMSHARE_END_OWNER: its owner was gone
 * @KVMSHARE_END_RELEASED: an administrator released it
 * @KVMSHARE_END_FAILED: it could not be completed
 */
enum kvmshare_lease_end {
	KVMSHARE_END_NONE = 0,
	KVMSHARE_END_CLOSED,
	KVMSHARE_END_OWNER,
	KVMSHARE_END_RELEASED,
	KVMSHARE_END_FAILED,
	KVMSHARE_END_NR
};

#define KVMSHARE_MAX_RECORDS	1024

/**
 * struct kvmshare_vf_history - read what became of past leases
 * @size: sizeof(struct kvmshare_vf_history)
 * @flags: must be zero
 * @vf: only this VF, or KVMSHARE_BDF_ANY
 * @count: in, room at @records, 1 to KVMSHARE_MAX_RECORDS; out, how many were
 *         written
 * @after: only records with a larger seq, oldest first
 * @records: address of @count struct kvmshare_vf_record
 *
 * The module keeps the last KVMSHARE_MAX_RECORDS records of all VFs; a gap in
 * seq shows what was overwritten, or is another VF's.
 */
struct kvmshare_vf_history {
	__u32 size;
	__u32 flags;
	__u32 vf;
	__u32 count;
	__u64 after;
	__u64 records;
};

/* -- The calls ------------------------------------------------------------ */

#define KVMSHARE_VERSION	_IOWR(KVMSHARE_IOC, 0x00, struct kvmshare_version)
#define KVMSHARE_VM_ATTACH	_IOWR(KVMSHARE_IOC, 0x01, struct kvmshare_vm_attach)
#define KVMSHARE_VM_SET		_IOW(KVMSHARE_IOC, 0x02, struct kvmshare_vm_set)
#define KVMSHARE_EVENTS		_IOWR(KVMSHARE_IOC, 0x03, struct kvmshare_events)

#define KVMSHARE_VF_LEASE	_IOWR(KVMSHARE_IOC, 0x20, struct kvmshare_vf_lease)
#define KVMSHARE_VF_RELEASE	_IOW(KVMSHARE_IOC, 0x21, struct kvmshare_vf_release)
#define KVMSHARE_VF_HANDOVER	_IOW(KVMSHARE_IOC, 0x22, struct kvmshare_vf_handover)
#define KVMSHARE_VF_ENROL	_IOW(KVMSHARE_IOC, 0x23, struct kvmshare_vf_enrol)
#define KVMSHARE_VF_CLEANED	_IOW(KVMSHARE_IOC, 0x24, struct kvmshare_vf_cleaned)
#define KVMSHARE_VF_QUARANTINE	_IOW(KVMSHARE_IOC, 0x25, struct kvmshare_vf_quarantine)
#define KVMSHARE_VF_QUOTA	_IOW(KVMSHARE_IOC, 0x26, struct kvmshare_vf_quota)
#define KVMSHARE_VF_HISTORY	_IOWR(KVMSHARE_IOC, 0x27, struct kvmshare_vf_history)

#endif /* _UAPI_KVMSHARE_H */
