// SPDX-License-Identifier: GPL-2.0
/*
 * bare [EXITS [sleep]]: the smallest guest that does something: a real-mode
 * loop of port writes, each an exit to here.  Says when the VM is there, runs
 * that many exits (1), says how long they took, and ends or sleeps until killed.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MEMORY (1UL << 20)
#define START 0x1000
#define PORT 0x80

/* again: out %al, $PORT; jmp again */
static const uint8_t loop[] = { 0xe6, PORT, 0xeb, 0xfc };

static int try(int rc, const char *what)
{
	if (rc < 0)
		err(1, "%s", what);
	return rc;
}

static void *map(size_t size, int flags, int fd)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (p == MAP_FAILED)
		err(1, "mmap of %zu bytes", size);
	return p;
}

static void give_memory(int vm)
{
	char *memory = map(MEMORY, MAP_SHARED | MAP_ANONYMOUS, -1);
	struct kvm_userspace_memory_region region = {
		.memory_size = MEMORY,
		.userspace_addr = (uintptr_t)memory,
	};

	memcpy(memory + START, loop, sizeof(loop));
	try(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
}

static void set_registers(int vcpu)
{
	struct kvm_regs regs = { .rip = START, .rflags = 2 };
	struct kvm_sregs sregs;

	try(ioctl(vcpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	try(ioctl(vcpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	try(ioctl(vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
}

static void run(int vcpu, const struct kvm_run *state, unsigned long exits)
{
	while (exits--) {
		try(ioctl(vcpu, KVM_RUN, 0), "KVM_RUN");
		if (state->exit_reason != KVM_EXIT_IO || state->io.port != PORT)
			errx(1, "KVM_RUN: exit reason %u, wanted a write to port %#x",
			     state->exit_reason, PORT);
	}
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned long exits = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
	int kvm = try(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm");
	int vm = try(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	int vcpu, size;
	struct kvm_run *state;
	long long start;

	setlinebuf(stdout);
	give_memory(vm);
	vcpu = try(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	size = try(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
	state = map(size, MAP_SHARED, vcpu);
	set_registers(vcpu);
	printf("vm\n");

	start = now_ns();
	run(vcpu, state, exits);
	printf("exits %lu ns %lld\n", exits, now_ns() - start);
	if (argc > 2)
		pause();
	return 0;
}
