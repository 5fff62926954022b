// SPDX-License-Identifier: GPL-2.0
/*
 * storm KIND SECONDS: a VM whose guest does nothing but one thing, as often as it can:
 * cpuid, hypercall, msr, fault, interrupt, nested, or wait (which is no storm).
 *
 * The guest is in 32 bits, flat; it has descriptors of segments and of interrupts, and a
 * few bytes of code for each kind.
 */
#include <cpuid.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MEMORY		(4U << 20)
#define GDT		0x1000
#define IDT		0x2000
#define CODE		0x3000
#define ON_FAULT	0x4000
#define ON_INTERRUPT	0x5000
#define VMCB		0x6000
#define HSAVE		0x7000
#define STACK		0x9000
#define TOUCHED		(1U << 20)

#define CODE_SELECTOR	8
#define DATA_SELECTOR	16
#define GP		13
#define VECTOR		0x40

#define MSR_APICBASE	0x1b
#define MSR_HSAVE	0xc0010117
#define EFER_SVME	(1U << 12)
#define X2APIC		(1U << 10 | 1U << 11)

#define MSR_BYTES(msr)	(uint8_t)(msr), (uint8_t)((msr) >> 8), (uint8_t)((msr) >> 16), (uint8_t)((msr) >> 24)

/* again: xor eax, eax; cpuid; jmp again */
static const uint8_t cpuid_code[] = { 0x31, 0xc0, 0x0f, 0xa2, 0xeb, 0xfa };
/* again: mov eax, 0xffff; vmmcall, or vmcall; jmp again */
static const uint8_t vmmcall_code[] = { 0xb8, 0xff, 0xff, 0, 0, 0x0f, 0x01, 0xd9, 0xeb, 0xf6 };
static const uint8_t vmcall_code[] = { 0xb8, 0xff, 0xff, 0, 0, 0x0f, 0x01, 0xc1, 0xeb, 0xf6 };
/* again: mov ecx, 0xdead; rdmsr; jmp again */
static const uint8_t msr_code[] = { 0xb9, MSR_BYTES(0xdead), 0x0f, 0x32, 0xeb, 0xf7 };
/* Past the error's code, and the two bytes of rdmsr: add esp, 4; add dword [esp], 2; iret */
static const uint8_t msr_fault[] = { 0x83, 0xc4, 0x04, 0x83, 0x04, 0x24, 0x02, 0xcf };
/* again: mov ebx, TOUCHED; next: mov [ebx], al; add ebx, 4096; cmp ebx, MEMORY; jb next; jmp again */
static const uint8_t fault_code[] = {
	0xbb, 0, 0, 0x10, 0, 0x88, 0x03, 0x81, 0xc3, 0, 0x10, 0, 0, 0x81, 0xfb, 0, 0, 0x40, 0, 0x72, 0xf0, 0xeb, 0xe9,
};
/* mov ecx, SVR; mov eax, 0x1ff; xor edx, edx; wrmsr; sti; again: mov ecx, SELF_IPI; mov eax, VECTOR; wrmsr; jmp again */
static const uint8_t interrupt_code[] = {
	0xb9, MSR_BYTES(0x80f), 0xb8, 0xff, 0x01, 0, 0, 0x31, 0xd2, 0x0f, 0x30, 0xfb,
	0xb9, MSR_BYTES(0x83f), 0xb8, VECTOR, 0, 0, 0, 0x31, 0xd2, 0x0f, 0x30, 0xeb, 0xf0,
};
/* mov ecx, EOI; xor eax, eax; xor edx, edx; wrmsr; iret */
static const uint8_t interrupt_end[] = { 0xb9, MSR_BYTES(0x80b), 0x31, 0xc0, 0x31, 0xd2, 0x0f, 0x30, 0xcf };
/* again: mov eax, VMCB; vmrun; jmp again: there is nothing that could be run in it */
static const uint8_t nested_code[] = { 0xb8, 0, 0x60, 0, 0, 0x0f, 0x01, 0xd8, 0xeb, 0xf6 };
/* again: hlt; jmp again */
static const uint8_t wait_code[] = { 0xf4, 0xeb, 0xfd };

static const struct storm {
	const char *name;
	const uint8_t *code;
	size_t length;
} storms[] = {
	{ "cpuid", cpuid_code, sizeof(cpuid_code) },
	{ "hypercall", vmmcall_code, sizeof(vmmcall_code) },
	{ "msr", msr_code, sizeof(msr_code) },
	{ "fault", fault_code, sizeof(fault_code) },
	{ "interrupt", interrupt_code, sizeof(interrupt_code) },
	{ "nested", nested_code, sizeof(nested_code) },
	{ "wait", wait_code, sizeof(wait_code) },
};

static uint8_t *memory;
static int vm, vcpu;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* -- The guest's memory -------------------------------------------------------- */

static void put_segments(void)
{
	/* Of 4 GiB, by 4 KiB: code that may be read, data that may be written. */
	static const uint64_t gdt[] = { 0, 0x00cf9b000000ffffULL, 0x00cf93000000ffffULL };

	memcpy(memory + GDT, gdt, sizeof(gdt));
}

static void put_gate(int vector, uint32_t at)
{
	const uint64_t gate = (uint64_t)(at & 0xffff0000) << 32 | 0x8e00ULL << 32 | CODE_SELECTOR << 16 | (at & 0xffff);

	memcpy(memory + IDT + 8 * vector, &gate, sizeof(gate));
}

static bool is_amd(void)
{
	unsigned int a, b, c, d;

	__cpuid(0, a, b, c, d);
	return b != 0x756e6547; /* "Genu" */
}

static void put_code(const struct storm *storm)
{
	memcpy(memory + CODE, storm->code, storm->length);
	if (storm->code == vmmcall_code && !is_amd())
		memcpy(memory + CODE, vmcall_code, sizeof(vmcall_code));
	memcpy(memory + ON_FAULT, msr_fault, sizeof(msr_fault));
	memcpy(memory + ON_INTERRUPT, interrupt_end, sizeof(interrupt_end));
	put_segments();
	put_gate(GP, ON_FAULT);
	put_gate(VECTOR, ON_INTERRUPT);
}

/* -- Its CPU ------------------------------------------------------------------- */

static void set_features(int kvm)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 100 * sizeof(cpuid->entries[0]));

	cpuid->nent = 100;
	if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, cpuid) || ioctl(vcpu, KVM_SET_CPUID2, cpuid))
		die("KVM_SET_CPUID2");
	free(cpuid);
}

static void set_msr(uint32_t index, uint64_t value)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry;
	} msrs = { .head.nmsrs = 1, .entry = { .index = index, .data = value } };

	if (ioctl(vcpu, KVM_SET_MSRS, &msrs) != 1)
		die("KVM_SET_MSRS");
}

static void set_registers(bool nested, bool interrupts)
{
	struct kvm_segment code = {
		.limit = 0xffffffff, .selector = CODE_SELECTOR, .type = 11, .present = 1, .s = 1, .db = 1, .g = 1,
	}, data = code;
	struct kvm_regs regs = { .rip = CODE, .rsp = STACK, .rflags = 2 };
	struct kvm_sregs sregs;

	data.selector = DATA_SELECTOR;
	data.type = 3;
	if (ioctl(vcpu, KVM_GET_SREGS, &sregs))
		die("KVM_GET_SREGS");
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.gdt.base = GDT;
	sregs.gdt.limit = 23;
	sregs.idt.base = IDT;
	sregs.idt.limit = 8 * 256 - 1;
	sregs.cr0 |= 1;
	if (interrupts)
		sregs.apic_base |= X2APIC;
	if (nested)
		sregs.efer |= EFER_SVME;
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs) || ioctl(vcpu, KVM_SET_REGS, &regs))
		die("KVM_SET_SREGS");
	if (nested)
		set_msr(MSR_HSAVE, HSAVE);
}

/* -- It runs ------------------------------------------------------------------- */

/* What the guest has touched goes, so that it is missing again. */
static void *take_away(void *arg)
{
	for (;;)
		madvise(memory + TOUCHED, MEMORY - TOUCHED, MADV_DONTNEED);
	return arg;
}

static void *stop(void *arg)
{
	sleep((unsigned int)(uintptr_t)arg);
	exit(0);
}

static const struct storm *find(const char *name)
{
	for (size_t i = 0; i < sizeof(storms) / sizeof(storms[0]); i++)
		if (!strcmp(storms[i].name, name))
			return &storms[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct storm *storm = argc == 3 ? find(argv[1]) : NULL;
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	struct kvm_run *run;
	pthread_t thread;

	if (!storm || kvm < 0)
		return 2;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	/* On Intel's: three pages of KVM's own, out of the way. */
	ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000);
	if (ioctl(vm, KVM_CREATE_IRQCHIP, 0))
		die("KVM_CREATE_IRQCHIP");
	memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(memory, MEMORY, MADV_NOHUGEPAGE);
	put_code(storm);
	region.userspace_addr = (uintptr_t)memory;
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region))
		die("KVM_SET_USER_MEMORY_REGION");
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	run = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		die("KVM_CREATE_VCPU");
	set_features(kvm);
	set_registers(storm->code == nested_code, storm->code == interrupt_code);
	pthread_create(&thread, NULL, stop, (void *)(uintptr_t)strtoul(argv[2], NULL, 0));
	if (storm->code == fault_code)
		pthread_create(&thread, NULL, take_away, NULL);
	for (;;) {
		if (ioctl(vcpu, KVM_RUN, 0))
			die("KVM_RUN");
		if (run->exit_reason != KVM_EXIT_INTR) {
			fprintf(stderr, "storm: exit %u\n", run->exit_reason);
			return 1;
		}
	}
}
