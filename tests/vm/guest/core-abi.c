// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of the core's calls: sizes, flags, reserved fields, texts.  Prints
 * a line for each: "ok WHAT" or "not ok WHAT: what came instead".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../../../include/uapi/kvmshare.h"

static int ctl;

static int call(unsigned long cmd, void *arg)
{
	return ioctl(ctl, cmd, arg) < 0 ? errno : 0;
}

static void is(const char *what, int got, int wanted)
{
	if (got == wanted)
		printf("ok %s\n", what);
	else
		printf("not ok %s: %s, not %s\n", what, strerrorname_np(got),
		       strerrorname_np(wanted));
}

static void holds(const char *what, int condition)
{
	printf("%s %s\n", condition ? "ok" : "not ok", what);
}

/* -- Sizes ----------------------------------------------------------------- */

struct longer {
	struct kvmshare_version known;
	char more[64];
};

static void check_sizes(void)
{
	struct kvmshare_version v = { .size = sizeof(v) };
	struct longer l = { .known = { .size = sizeof(l) } };
	char *page = calloc(3, 4096);
	unsigned int size;

	is("a call of the known size succeeds", call(KVMSHARE_VERSION, &v), 0);
	holds("it tells the version of the interface", v.uapi == KVMSHARE_UAPI_VERSION);
	holds("it names the core among the modules", v.modules & KVMSHARE_MODULE_CORE);

	for (size = 0; size < 8; size += 4) {
		v = (struct kvmshare_version){ .size = size };
		is("a struct too short for size and flags is refused",
		   call(KVMSHARE_VERSION, &v), EINVAL);
	}
	memset(&v, 0, sizeof(v));
	v.size = 12;
	memset(&v.reserved, 0xff, sizeof(v) - 12);
	is("a shorter struct is read as if the rest were zero",
	   call(KVMSHARE_VERSION, &v), 0);
	holds("it gets back what it has", v.uapi == KVMSHARE_UAPI_VERSION);
	holds("nothing is written behind it", v.reserved == 0xffffffff);

	is("a longer struct with zeroes is read", call(KVMSHARE_VERSION, &l), 0);
	l = (struct longer){ .known = { .size = sizeof(l) } };
	l.more[63] = 1;
	is("a longer struct with more than zeroes is refused",
	   call(KVMSHARE_VERSION, &l), E2BIG);
	*(unsigned int *)page = 8192;
	is("a struct longer than a page is refused",
	   call(KVMSHARE_VERSION, page), E2BIG);
	free(page);
}

static void check_dispatch(void)
{
	struct kvmshare_version v = { .size = sizeof(v) };

	is("a call is known by its number, not by its size",
	   call(_IOWR(KVMSHARE_IOC, 0, char), &v), 0);
	is("a call of another type is none of ours",
	   call(_IOWR(0xbd, 0, struct kvmshare_version), &v), ENOTTY);
	is("a number that nobody has is refused",
	   call(_IOWR(KVMSHARE_IOC, 0x1f, struct kvmshare_version), &v), ENOTTY);
	is("a number beyond all is refused",
	   call(_IOWR(KVMSHARE_IOC, 0xff, struct kvmshare_version), &v), ENOTTY);
	is("an address that is none faults", call(KVMSHARE_VERSION, NULL), EFAULT);
	v.flags = 1;
	is("an unknown flag is refused", call(KVMSHARE_VERSION, &v), EINVAL);
	v.flags = 0;
	v.reserved = 1;
	is("a reserved field must be zero", call(KVMSHARE_VERSION, &v), EINVAL);
}

/* -- VMs ------------------------------------------------------------------- */

static int attach(int fd, unsigned int flags, const char *name, size_t len)
{
	struct kvmshare_vm_attach a = {
		.size = sizeof(a),
		.flags = flags,
		.vm_fd = fd,
	};

	memcpy(a.name, name, len);
	return call(KVMSHARE_VM_ATTACH, &a);
}

static void check_attach(void)
{
	struct kvmshare_vm_attach a = { .size = sizeof(a), .vm_fd = -1, .reserved = 1 };
	int null = open("/dev/null", O_RDWR);
	int path = open("/dev/null", O_PATH);
	int memfd = memfd_create("kvm-vm", 0);
	char full[KVMSHARE_NAME_LEN];

	memset(full, 'x', sizeof(full));
	is("attach: a reserved field must be zero", call(KVMSHARE_VM_ATTACH, &a), EINVAL);
	is("attach: an unknown flag is refused", attach(-1, 4, "", 0), EINVAL);
	is("attach: who has a VM already is not sealed", attach(null, KVMSHARE_VM_SEALED, "", 0), EINVAL);
	is("attach: a closed descriptor is refused", attach(999, 0, "", 0), EBADF);
	is("attach: a file that is no VM is refused", attach(null, 0, "", 0), EINVAL);
	is("attach: an O_PATH descriptor is refused", attach(path, 0, "", 0), EBADF);
	is("attach: the device itself is no VM", attach(ctl, 0, "", 0), EINVAL);
	is("attach: a memfd called kvm-vm is no VM", attach(memfd, 0, "", 0), EINVAL);
	is("attach: expecting goes without a descriptor",
	   attach(null, KVMSHARE_VM_EXPECT, "", 0), EINVAL);
	is("attach: a name without a NUL is refused",
	   attach(-1, KVMSHARE_VM_EXPECT, full, sizeof(full)), EINVAL);
	is("attach: a name with a control character is refused",
	   attach(-1, KVMSHARE_VM_EXPECT, "a\nb", 3), EINVAL);
	is("attach: a name with something behind its NUL is refused",
	   attach(-1, KVMSHARE_VM_EXPECT, "a\0b", 3), EINVAL);
}

static void check_set(void)
{
	struct kvmshare_vm_set s = { .size = sizeof(s), .id = 1ULL << 60 };

	is("set: an unknown entry", call(KVMSHARE_VM_SET, &s), ENOENT);
	s.flags = 4;
	is("set: an unknown flag is refused", call(KVMSHARE_VM_SET, &s), EINVAL);
	s.flags = KVMSHARE_VM_SET_NAME;
	s.name[0] = '\t';
	is("set: a name with a control character is refused",
	   call(KVMSHARE_VM_SET, &s), EINVAL);
}

/* -- Events ---------------------------------------------------------------- */

static int lowest_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static void check_events(void)
{
	struct kvmshare_events e = { .size = sizeof(e), .flags = 1 };
	struct kvmshare_events *readonly;
	int before = lowest_fd();
	char byte;

	is("events: an unknown flag is refused", call(KVMSHARE_EVENTS, &e), EINVAL);
	readonly = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*readonly = (struct kvmshare_events){ .size = sizeof(e) };
	mprotect(readonly, 4096, PROT_READ);
	is("events: an answer that cannot be written faults",
	   call(KVMSHARE_EVENTS, readonly), EFAULT);
	holds("events: and leaves no descriptor behind", lowest_fd() == before);

	e.flags = 0;
	is("events: a reader subscribes", call(KVMSHARE_EVENTS, &e), 0);
	holds("events: its descriptor ends with exec",
	      fcntl(e.fd, F_GETFD) == FD_CLOEXEC);
	fcntl(e.fd, F_SETFL, O_NONBLOCK);
	holds("events: less than a record cannot be read",
	      read(e.fd, &byte, 1) < 0 && errno == EINVAL);
	close(e.fd);
}

/* As many readers as there may be, and not one more. */
static void check_readers(void)
{
	struct kvmshare_events e = { .size = sizeof(e) };
	int n = 0, err, first = lowest_fd();

	while (!(err = call(KVMSHARE_EVENTS, &e)) && n < 1000)
		n++;
	holds("events: readers are bounded", n >= 200 && n <= 256);
	is("events: one more finds the table full", err, ENOSPC);
	close_range(first, ~0U, 0);
	is("events: those that are gone make room", call(KVMSHARE_EVENTS, &e), 0);
	close(e.fd);
}

int main(void)
{
	ctl = open("/dev/kvmshare", O_RDWR);
	if (ctl < 0) {
		perror("/dev/kvmshare");
		return 1;
	}
	check_sizes();
	check_dispatch();
	check_attach();
	check_set();
	check_events();
	check_readers();
	printf("end\n");
	return 0;
}
