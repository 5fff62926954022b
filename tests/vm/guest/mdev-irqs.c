// SPDX-License-Identifier: GPL-2.0
/*
 * mdev-irqs UUID: how a VMM is told of interrupts: MSI-X, the one that has a pin with its
 * masking, and events that are one and the same.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/eventfd.h>

#include "mdev_driver.h"

static struct vmm vmm;
static struct driver driver;

static void check(const char *what, bool holds)
{
	printf("%s %s\n", holds ? "ok" : "not ok", what);
}

static int event(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	if (fd < 0)
		die("an event");
	return fd;
}

/* How often it was told, until it is quiet; the first may take long, where one is due. */
static uint64_t times(int fd, int patience_ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	uint64_t count, all = 0;

	for (; poll(&wait, 1, patience_ms) > 0; patience_ms = 300) {
		if (read(fd, &count, sizeof(count)) == sizeof(count))
			all += count;
	}
	return all;
}

static bool told_once(int fd)
{
	return times(fd, 10000) == 1;
}

static bool not_told(int fd)
{
	return times(fd, 300) == 0;
}

/* @nr events from the first on; -1 is none.  Without any, the interrupt is off. */
static int set(uint32_t index, uint32_t action, const int32_t *fds, uint32_t nr)
{
	struct {
		struct vfio_irq_set set;
		int32_t fds[4];
	} arg = { .set = { .index = index, .count = nr } };

	arg.set.flags = action | (nr ? VFIO_IRQ_SET_DATA_EVENTFD : VFIO_IRQ_SET_DATA_NONE);
	arg.set.argsz = sizeof(arg.set) + 4 * nr;
	memcpy(arg.fds, fds, 4 * nr);
	return ioctl(vmm.device, VFIO_DEVICE_SET_IRQS, &arg);
}

static void command(void)
{
	struct virtio_gpu_ctrl_hdr any = { .type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO };

	if (send(&driver, &any, sizeof(any), NULL, 0) != VIRTIO_GPU_RESP_OK_DISPLAY_INFO)
		die("a command is answered");
}

static uint64_t isr(void)
{
	return vmm_read(&vmm, vmm.bar + 0x1000, 1);
}

static void test_pin(void)
{
	int32_t intx = event(), unmask = event();
	uint64_t one = 1;

	check("the pin's interrupt has an event", !set(VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, &intx, 1));
	check("and one that unmasks it", !set(VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_UNMASK, &unmask, 1));
	command();
	check("it is told of once", told_once(intx));
	command();
	check("and not again while it is masked", not_told(intx));
	check("unmasking it tells of it again", write(unmask, &one, 8) == 8 && told_once(intx));
	check("its driver sees why", isr() == 1 && isr() == 0);
	check("once it knows, unmasking tells of nothing", write(unmask, &one, 8) == 8 && not_told(intx));
	command();
	check("the next is told of", told_once(intx) && isr() == 1);
	check("it is turned off", !set(VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, NULL, 0));
	command();
	check("and told of no more", not_told(intx));
	isr();
	close(intx);
	close(unmask);
}

/* An event that is told, and that unmasks when it is told. */
static void test_one_event(void)
{
	int32_t both = event();
	struct vfio_irq_set again = {
		.argsz = sizeof(again), .index = VFIO_PCI_INTX_IRQ_INDEX, .count = 1,
		.flags = VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_NONE,
	};

	set(VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, &both, 1);
	set(VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_UNMASK, &both, 1);
	check("an event for both ways ends nobody", !ioctl(vmm.device, VFIO_DEVICE_SET_IRQS, &again));
	command();
	isr();
	set(VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, NULL, 0);
	close(both);
}

static void test_msix(void)
{
	int32_t events[3] = { event(), event(), event() };

	check("MSI-X has one vector", !set(VFIO_PCI_MSIX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, events, 1));
	set(VFIO_PCI_MSIX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, NULL, 0);
	check("and three", !set(VFIO_PCI_MSIX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, events, 3));
	driver_reset(&driver, 30);
	driver_start(&driver, &vmm);
	put(&driver, VIRTIO_PCI_COMMON_Q_SELECT, 2, 0);
	put(&driver, VIRTIO_PCI_COMMON_Q_MSIX, 2, 2);
	command();
	check("a queue is told of by its own", told_once(events[2]) && not_told(events[0]) && not_told(events[1]));
	check("with nothing for the pin", isr() == 0);
	put(&driver, VIRTIO_PCI_COMMON_Q_MSIX, 2, VIRTIO_MSI_NO_VECTOR);
	command();
	check("or by none", not_told(events[2]) && not_told(events[0]) && not_told(events[1]));
	set(VFIO_PCI_MSIX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, NULL, 0);
	for (int i = 0; i < 3; i++)
		close(events[i]);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	vmm_open(&vmm, argv[1]);
	if (!driver_start(&driver, &vmm))
		die("a driver begins");
	test_pin();
	test_one_event();
	test_msix();
	check("it is well after all that", is_well(&vmm));
	vmm_close(&vmm);
	printf("end\n");
	return 0;
}
