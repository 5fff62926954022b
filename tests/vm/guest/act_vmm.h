/* SPDX-License-Identifier: GPL-2.0 */
/* A VMM whose vCPU has run: all rules are about it. */
#ifndef ACT_VMM_H
#define ACT_VMM_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define PAGE	4096

static int kvm = -1, vm = -1;

static void die(const char *what)
{
	printf("no: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void make_vm(void)
{
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	vm = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm < 0)
		die("KVM_CREATE_VM");
}

/* Its guest halts at once. */
static void run_vcpu(void)
{
	struct kvm_userspace_memory_region region = { .memory_size = PAGE, .guest_phys_addr = PAGE };
	char *code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct kvm_sregs sregs;
	struct kvm_regs regs = { .rip = PAGE, .rflags = 2 };
	int vcpu;

	code[0] = (char)0xf4;	/* hlt */
	region.userspace_addr = (uintptr_t)code;
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region))
		die("KVM_SET_USER_MEMORY_REGION");
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (vcpu < 0 || ioctl(vcpu, KVM_GET_SREGS, &sregs))
		die("KVM_CREATE_VCPU");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs) || ioctl(vcpu, KVM_SET_REGS, &regs) || ioctl(vcpu, KVM_RUN, 0))
		die("KVM_RUN");
}

static void become_vmm(void)
{
	make_vm();
	run_vcpu();
}

#endif
