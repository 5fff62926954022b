// SPDX-License-Identifier: GPL-2.0
/*
 * exitloop COUNT: a VM whose guest asks for its CPU's kind (cpuid) so often, each time an
 * exit that the kernel handles; prints how many nanoseconds each took.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#define PAGE	4096

/* mov ebp, COUNT; again: xor eax, eax; cpuid; dec ebp; jnz again; hlt; in real mode */
static const uint8_t code[] = {
	0x66, 0xbd, 0, 0, 0, 0,
	0x66, 0x31, 0xc0, 0x0f, 0xa2, 0x66, 0x4d, 0x75, 0xf7, 0xf4,
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
	uint32_t count = argc == 2 ? (uint32_t)strtoul(argv[1], NULL, 0) : 0;
	struct kvm_userspace_memory_region region = { .memory_size = PAGE, .guest_phys_addr = PAGE };
	struct kvm_regs regs = { .rip = PAGE, .rflags = 2 };
	int kvm = open("/dev/kvm", O_RDWR), vm, vcpu;
	struct kvm_sregs sregs;
	struct kvm_run *run;
	uint8_t *memory;
	int64_t began;

	if (!count || kvm < 0)
		return 2;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memcpy(memory, code, sizeof(code));
	memcpy(memory + 2, &count, sizeof(count));
	region.userspace_addr = (uintptr_t)memory;
	ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	run = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	ioctl(vcpu, KVM_GET_SREGS, &sregs);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (run == MAP_FAILED || ioctl(vcpu, KVM_SET_SREGS, &sregs) || ioctl(vcpu, KVM_SET_REGS, &regs))
		return 1;
	began = now_ns();
	do {
		if (ioctl(vcpu, KVM_RUN, 0))
			return 1;
	} while (run->exit_reason == KVM_EXIT_INTR);
	if (run->exit_reason != KVM_EXIT_HLT) {
		fprintf(stderr, "exitloop: exit %u\n", run->exit_reason);
		return 1;
	}
	printf("%.1f\n", (double)(now_ns() - began) / count);
	return 0;
}
