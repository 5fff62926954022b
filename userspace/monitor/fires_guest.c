// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fires.h"

#if defined(__x86_64__)

#define PAGE		4096
#define AT_CODE		0x1000
#define AT_FAULT	0x2000	/* of general protection */
#define AT_INTERRUPT	0x2100
#define STACK		0x3000
#define MEMORY		0x4000
#define REGISTER	0x8000
#define VECTOR		0x20
#define GP		13
#define WAIT_MS		50

/* In 16 bits: a port is written to, a device's register read, an MSR that there is not, and it waits. */
static const unsigned char code[] = {
	0xfb,						/* sti */
	0xe6, 0x10,					/* out 0x10, al */
	0xa0, 0x00, 0x80,				/* mov al, [0x8000] */
	0xa2, 0x00, 0x80,				/* mov [0x8000], al */
	0x66, 0xb9, 0xad, 0xde, 0x00, 0x00,		/* mov ecx, 0xdead */
	0x0f, 0x32,					/* rdmsr */
	0xf4,						/* again: hlt */
	0xeb, 0xfd,					/* jmp again */
};
/* Behind the instruction's two bytes: pop ax; add ax, 2; push ax; iret */
static const unsigned char on_fault[] = { 0x58, 0x83, 0xc0, 0x02, 0x50, 0xcf };
static const unsigned char on_interrupt[] = { 0xcf };

struct guest {
	int vm;
	int vcpu;
	unsigned char *memory;
	struct kvm_run *run;
};

static void put_vector(struct guest *guest, int vector, unsigned int at, const void *handler, size_t length)
{
	guest->memory[4 * vector] = (unsigned char)at;
	guest->memory[4 * vector + 1] = (unsigned char)(at >> 8);
	memcpy(guest->memory + at, handler, length);
}

static int make(struct guest *guest, int kvm, int irqchip)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY };
	struct kvm_regs regs = { .rip = AT_CODE, .rsp = STACK, .rflags = 0x202 };
	struct kvm_sregs sregs;
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	guest->vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (guest->vm < 0)
		return -errno;
	ioctl(guest->vm, KVM_SET_TSS_ADDR, 0xfffbd000);
	if (irqchip && ioctl(guest->vm, KVM_CREATE_IRQCHIP, 0))
		return -errno;
	guest->memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(guest->memory + AT_CODE, code, sizeof(code));
	put_vector(guest, GP, AT_FAULT, on_fault, sizeof(on_fault));
	put_vector(guest, VECTOR, AT_INTERRUPT, on_interrupt, sizeof(on_interrupt));
	region.userspace_addr = (unsigned long)guest->memory;
	if (ioctl(guest->vm, KVM_SET_USER_MEMORY_REGION, &region))
		return -errno;
	guest->vcpu = ioctl(guest->vm, KVM_CREATE_VCPU, 0);
	guest->run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, guest->vcpu, 0);
	if (guest->vcpu < 0 || guest->run == MAP_FAILED || ioctl(guest->vcpu, KVM_GET_SREGS, &sregs))
		return -errno;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (ioctl(guest->vcpu, KVM_SET_SREGS, &sregs) || ioctl(guest->vcpu, KVM_SET_REGS, &regs))
		return -errno;
	return 0;
}

/* Until it waits, where that is its VMM's to handle; or until a signal, where it is the kernel's. */
static void run(struct guest *guest)
{
	while (!ioctl(guest->vcpu, KVM_RUN, 0))
		if (guest->run->exit_reason != KVM_EXIT_IO && guest->run->exit_reason != KVM_EXIT_MMIO)
			return;
}

static void nothing(int sig)
{
	(void)sig;
}

static int run_both(void)
{
	const struct sigaction action = { .sa_handler = nothing };
	const struct itimerval timer = { .it_value.tv_usec = WAIT_MS * 1000, .it_interval.tv_usec = WAIT_MS * 1000 };
	struct kvm_ioeventfd doorbell = { .addr = REGISTER, .fd = eventfd(0, EFD_CLOEXEC) };
	struct kvm_interrupt interrupt = { .irq = VECTOR };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), err;
	struct guest guest;

	if (kvm < 0)
		return errno;
	err = make(&guest, kvm, 0);
	if (err)
		return -err;
	if (ioctl(guest.vcpu, KVM_INTERRUPT, &interrupt))
		return errno;
	run(&guest);
	/* Waiting in the kernel, from which a signal wakes it. */
	err = make(&guest, kvm, 1);
	if (err)
		return -err;
	/* One that a device waits for. */
	ioctl(guest.vm, KVM_IOEVENTFD, &doorbell);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	/* A signal may have come before it waits. */
	for (int i = 0; i < 10; i++)
		run(&guest);
	return 0;
}

int fires_guest(void)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid)
		_exit(run_both());
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

#else

int fires_guest(void)
{
	return -EOPNOTSUPP;
}

#endif
