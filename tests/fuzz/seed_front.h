/* SPDX-License-Identifier: GPL-2.0 */
/* Drivers that find the device, agree with it on something, and begin. */
#ifndef SEED_FRONT_H
#define SEED_FRONT_H

#include <linux/pci_regs.h>
#include <linux/virtio_config.h>
#include <linux/virtio_pci.h>
#include "seed.h"

/* Where in the BAR what is. */
#define ISR		0x1000
#define CONFIG		0x2000
#define NOTIFY		0x3000

/* In configuration space. */
#define WINDOW		0x84
#define WINDOW_DATA	(WINDOW + 16)

/* -- Registers -------------------------------------------------------------- */

static void reg(uint32_t at, int len, uint64_t value)
{
	step(STEP_WRITE), put(at, 2), put(len == 4 ? 2 : len - 1, 1), put(value, len);
}

static void read_reg(uint32_t at, int len)
{
	step(STEP_READ), put(at, 2), put(len == 4 ? 2 : len - 1, 1);
}

static void status(int value)
{
	reg(VIRTIO_PCI_COMMON_STATUS, 1, value);
}

static void accept(int which, uint32_t features)
{
	reg(VIRTIO_PCI_COMMON_GFSELECT, 4, which);
	reg(VIRTIO_PCI_COMMON_GF, 4, features);
}

/* A driver that has come so far that it may make its queues. */
static void agree(void)
{
	status(0);
	status(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	accept(1, 1);
	status(VIRTIO_CONFIG_S_FEATURES_OK);
}

static void queue_at(int which, int size, uint64_t desc, uint64_t avail, uint64_t used)
{
	reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, which);
	reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, size);
	reg(VIRTIO_PCI_COMMON_Q_DESCLO, 4, desc);
	reg(VIRTIO_PCI_COMMON_Q_DESCHI, 4, desc >> 32);
	reg(VIRTIO_PCI_COMMON_Q_AVAILLO, 4, avail);
	reg(VIRTIO_PCI_COMMON_Q_AVAILHI, 4, avail >> 32);
	reg(VIRTIO_PCI_COMMON_Q_USEDLO, 4, used);
	reg(VIRTIO_PCI_COMMON_Q_USEDHI, 4, used >> 32);
	reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1);
}

static void go(void)
{
	status(VIRTIO_CONFIG_S_DRIVER_OK);
}

/* A driver that begins from nothing, with one queue, and kicks it and others. */
static void registers(void)
{
	agree();
	reg(VIRTIO_PCI_COMMON_MSIX, 2, 0);
	queue_at(0, 64, BASE, BASE + 0x2000, BASE + 0x3000);
	reg(VIRTIO_PCI_COMMON_Q_MSIX, 2, 1);
	reg(NOTIFY, 2, 0);
	go();
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
	reg(NOTIFY, 2, 0);
	reg(NOTIFY + 4, 2, 1);
	reg(NOTIFY + 8, 2, 2);
	reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 32);
	reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1);
}

/* All that can be read, whatever is selected. */
static void all_registers(void)
{
	int which;

	for (which = 0; which < 3; which++) {
		reg(VIRTIO_PCI_COMMON_DFSELECT, 4, which);
		reg(VIRTIO_PCI_COMMON_GFSELECT, 4, which);
		reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, which);
		step(STEP_READ_ALL);
	}
	read_reg(0xffff, 4);
}

/* What cannot be written, not in that length, or not any more. */
static void no_registers(void)
{
	int which;

	for (which = 0; which < 3; which++) {
		reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, which);
		reg(VIRTIO_PCI_COMMON_DF, 4, ~0U);
		reg(VIRTIO_PCI_COMMON_NUMQ, 2, 9);
		reg(VIRTIO_PCI_COMMON_Q_NOFF, 2, 9);
		reg(VIRTIO_PCI_COMMON_CFGGENERATION, 1, 9);
		reg(VIRTIO_PCI_COMMON_STATUS, 4, 0);
		reg(VIRTIO_PCI_COMMON_Q_MSIX, 2, 3);
		reg(VIRTIO_PCI_COMMON_MSIX, 2, 3);
	}
	agree();
	reg(VIRTIO_PCI_COMMON_NUMQ, 2, 9);
	accept(0, 0);
	reg(200, 4, 0);
	reg(ISR, 1, 0);
	reg(0x4000, 4, 0);
}

/* The host's screen is another: the driver is interrupted, looks, and takes note. */
static void events(void)
{
	host_screen(800, 600);
	read_reg(ISR, 1);
	read_reg(ISR, 2);
	read_reg(CONFIG, 4);
	reg(CONFIG + 4, 2, 1);
	reg(CONFIG + 4, 4, 1);
	reg(CONFIG, 4, 1);
	read_reg(CONFIG + 15, 2);
	read_reg(CONFIG + 16, 1);
}

/* -- Features --------------------------------------------------------------- */

static void features_refused(void)
{
	status(0);
	status(VIRTIO_CONFIG_S_FEATURES_OK);
	accept(0, 1 << 31);
	accept(1, 1);
	status(VIRTIO_CONFIG_S_FEATURES_OK);
	go();
	status(0);
	status(VIRTIO_CONFIG_S_ACKNOWLEDGE);
	accept(1, 1);
	accept(2, 0);
	status(VIRTIO_CONFIG_S_FEATURES_OK);
	status(0);
	accept(1, 1);
	accept(2, 1);
	status(VIRTIO_CONFIG_S_FEATURES_OK | VIRTIO_CONFIG_S_FAILED);
}

/* The VMM takes its time: a driver that does not wait is not heard. */
static void reset_comes_late(void)
{
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
	step(STEP_WRITE), put(VIRTIO_PCI_COMMON_STATUS, 2), put(STEP_LATER, 1), put(0, 1);
	reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, 1);
	status(0);
	reg(NOTIFY, 2, 0);
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
	serve(0, 1);
	step(STEP_RESET), put(RESET_BY_VMM, 1);
	status(0);
	begin(BEGIN_ALL);
}

/* -- Queues ----------------------------------------------------------------- */

static void queues_refused(void)
{
	static const uint64_t wrong[][3] = {
		{ BASE + 8, BASE, BASE }, { BASE, BASE + 1, BASE }, { BASE, BASE, BASE + 2 },
		{ ~15ULL, BASE, BASE }, { BASE, ~15ULL, BASE }, { BASE, BASE, ~15ULL },
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		agree();
		queue_at(0, 64, wrong[i][0], wrong[i][1], wrong[i][2]);
		go();
		reg(NOTIFY, 2, 0);
	}
}

static void queues_early(void)
{
	status(0);
	queue_at(0, 64, BASE, BASE, BASE);
	agree();
	reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 0);
	reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 48);
	reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 512);
	reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2, 2);
	reg(NOTIFY, 2, 0);
	go();
	reg(NOTIFY, 2, 0);
}

/* -- Configuration space ---------------------------------------------------- */

static void config(uint32_t at, int len, uint64_t value)
{
	step(STEP_CONFIG), put(at, 2), put(len, 1), put(value, 8);
}

static void config_space(void)
{
	uint32_t at;

	for (at = 0; at < 0x100; at += 4)
		config(at, 4, ~0ULL);
	config(253, 4, 0);
	config(256, 1, 0);
	config(PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

static void window_to(int bar, uint32_t at, uint32_t len)
{
	config(WINDOW + VIRTIO_PCI_CAP_BAR, 1, bar);
	config(WINDOW + VIRTIO_PCI_CAP_OFFSET, 4, at);
	config(WINDOW + VIRTIO_PCI_CAP_LENGTH, 4, len);
}

/* Registers, by way of configuration space. */
static void window(void)
{
	window_to(4, VIRTIO_PCI_COMMON_STATUS, 1);
	config(WINDOW_DATA, 1, 0);
	config(WINDOW_DATA, 2, 0);
	config(WINDOW_DATA, 1 | CONFIG_WRITES, 0);
	window_to(4, VIRTIO_PCI_COMMON_NUMQ, 2);
	config(WINDOW_DATA, 2, 0);
	window_to(4, VIRTIO_PCI_COMMON_DFSELECT, 4);
	config(WINDOW_DATA, 4 | CONFIG_WRITES, 1);
}

static void window_refused(void)
{
	window_to(4, 0, 3);
	config(WINDOW_DATA, 3, 0);
	window_to(1, 0, 4);
	config(WINDOW_DATA, 4, 0);
	window_to(4, 2, 4);
	config(WINDOW_DATA, 4, 0);
	window_to(4, 0x4000, 4);
	config(WINDOW_DATA, 4, 0);
}

static const struct seed front_seeds[] = {
	{ "registers", registers },
	{ "all_registers", all_registers },
	{ "no_registers", no_registers },
	{ "events", events },
	{ "features_refused", features_refused },
	{ "reset_comes_late", reset_comes_late },
	{ "queues_refused", queues_refused },
	{ "queues_early", queues_early },
	{ "config_space", config_space },
	{ "window", window },
	{ "window_refused", window_refused },
};

#endif
