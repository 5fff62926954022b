// SPDX-License-Identifier: GPL-2.0
/* Configuration space, registers, features, reset: what a driver sees before it sends a command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gpu_driver.h"

#define STATUS	VIRTIO_PCI_COMMON_STATUS
#define V1	(1ULL << VIRTIO_F_VERSION_1)

static int power_on(void **state)
{
	(void)state;
	memset(&d, 0, sizeof(d));
	memory_open(&d.memory);
	device_front_init(&d.front);
	return 0;
}

/* -- Configuration space ---------------------------------------------------- */

static u32 config(u32 at, u32 len)
{
	u8 bytes[8];

	pci_space_read(&d.front.pci, at, bytes, len);
	return le_get(bytes, len);
}

static void put_config(u32 at, u32 len, u64 value)
{
	u8 bytes[8];

	le_put(bytes, len, value);
	pci_space_write(&d.front.pci, at, bytes, len);
}

static void test_who_it_is(void **state)
{
	(void)state;
	assert_int_equal(config(PCI_VENDOR_ID, 4), 0x10501af4);
	assert_int_equal(config(PCI_CLASS_DEVICE, 2), 0x0380);
	assert_int_equal(config(PCI_STATUS, 2) & PCI_STATUS_CAP_LIST, PCI_STATUS_CAP_LIST);
	put_config(PCI_VENDOR_ID, 4, 0);
	put_config(PCI_STATUS, 2, 0xffff);
	assert_int_equal(config(PCI_VENDOR_ID, 4), 0x10501af4);
	assert_int_equal(config(PCI_STATUS, 2), PCI_STATUS_CAP_LIST);
	assert_int_equal(config(253, 4), ~0U);
	put_config(253, 4, 0);
	put_config(~0U, 4, 0);
}

static void test_bars(void **state)
{
	u32 i;

	(void)state;
	for (i = PCI_BASE_ADDRESS_0; i < PCI_BASE_ADDRESS_0 + 24; i += 4)
		put_config(i, 4, ~0U);
	assert_int_equal(config(PCI_BASE_ADDRESS_0, 4), 0);
	assert_int_equal(config(PCI_BASE_ADDRESS_1, 4), 0xfffff000);
	assert_int_equal(config(PCI_BASE_ADDRESS_2, 4), 0);
	assert_int_equal(config(PCI_BASE_ADDRESS_4, 4), 0xffffc00c);
	assert_int_equal(config(PCI_BASE_ADDRESS_5, 4), ~0U);
	put_config(PCI_ROM_ADDRESS, 4, ~0U);
	assert_int_equal(config(PCI_ROM_ADDRESS, 4), 0);
}

/* Each capability once, none over another, and the chain has an end. */
static void test_capabilities(void **state)
{
	u32 at, seen[6] = { 0 }, nr = 0;
	bool used[256] = { false };

	(void)state;
	for (at = config(PCI_CAPABILITY_LIST, 1); at; at = config(at + 1, 1)) {
		bool msix = config(at, 1) == PCI_CAP_ID_MSIX;
		u32 len = msix ? 12 : config(at + VIRTIO_PCI_CAP_LEN, 1), i;

		assert_in_range(at, 0x40, 0xff);
		assert_true(++nr < 10);
		for (i = at; i < at + len; i++) {
			assert_false(used[i]);
			used[i] = true;
		}
		if (msix) {
			assert_int_equal(config(at + PCI_MSIX_FLAGS, 2) & PCI_MSIX_FLAGS_QSIZE, 2);
			continue;
		}
		assert_int_equal(config(at, 1), PCI_CAP_ID_VNDR);
		seen[config(at + VIRTIO_PCI_CAP_CFG_TYPE, 1)]++;
	}
	for (at = VIRTIO_PCI_CAP_COMMON_CFG; at <= VIRTIO_PCI_CAP_PCI_CFG; at++)
		assert_int_equal(seen[at], 1);
}

static void test_window(void **state)
{
	struct pci_window window;
	u32 at = config(PCI_CAPABILITY_LIST, 1);

	(void)state;
	while (config(at + VIRTIO_PCI_CAP_CFG_TYPE, 1) != VIRTIO_PCI_CAP_PCI_CFG)
		at = config(at + 1, 1);
	put_config(at + VIRTIO_PCI_CAP_BAR, 1, 4);
	put_config(at + VIRTIO_PCI_CAP_OFFSET, 4, STATUS);
	put_config(at + VIRTIO_PCI_CAP_LENGTH, 4, 1);
	assert_true(pci_space_window(&d.front.pci, at + 16, 1, &window));
	assert_int_equal(window.at, STATUS);
	assert_false(pci_space_window(&d.front.pci, at + 16, 2, &window));
	assert_false(pci_space_window(&d.front.pci, at + 17, 1, &window));
	put_config(at + VIRTIO_PCI_CAP_LENGTH, 4, 4);
	put_config(at + VIRTIO_PCI_CAP_OFFSET, 4, 0x3ffc);
	assert_true(pci_space_window(&d.front.pci, at + 16, 4, &window));
	put_config(at + VIRTIO_PCI_CAP_OFFSET, 4, 0x3ffe);
	assert_false(pci_space_window(&d.front.pci, at + 16, 4, &window));
	put_config(at + VIRTIO_PCI_CAP_OFFSET, 4, 0x4000);
	assert_false(pci_space_window(&d.front.pci, at + 16, 4, &window));
	put_config(at + VIRTIO_PCI_CAP_OFFSET, 4, 0);
	put_config(at + VIRTIO_PCI_CAP_BAR, 1, 1);
	assert_false(pci_space_window(&d.front.pci, at + 16, 4, &window));
	put_config(at + VIRTIO_PCI_CAP_BAR, 1, 4);
	put_config(at + VIRTIO_PCI_CAP_LENGTH, 4, 8);
	assert_false(pci_space_window(&d.front.pci, at + 16, 8, &window));
}

static void test_intx(void **state)
{
	(void)state;
	assert_false(pci_space_intx_off(&d.front.pci));
	assert_false(pci_space_is_master(&d.front.pci));
	put_config(PCI_COMMAND, 2, 0xffff);
	assert_int_equal(config(PCI_COMMAND, 2), 0x406);
	assert_true(pci_space_intx_off(&d.front.pci));
	assert_true(pci_space_is_master(&d.front.pci));
}

/* -- Features --------------------------------------------------------------- */

static u8 begin(u64 features)
{
	put_reg(STATUS, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	accept_features(features);
	put_reg(STATUS, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
		VIRTIO_CONFIG_S_FEATURES_OK);
	return get_reg(STATUS, 1) & VIRTIO_CONFIG_S_FEATURES_OK;
}

static void test_features(void **state)
{
	u64 offered;

	(void)state;
	put_reg(VIRTIO_PCI_COMMON_DFSELECT, 4, 1);
	offered = get_reg(VIRTIO_PCI_COMMON_DF, 4) << 32;
	put_reg(VIRTIO_PCI_COMMON_DFSELECT, 4, 0);
	offered |= get_reg(VIRTIO_PCI_COMMON_DF, 4);
	assert_int_equal(offered, OFFERED);
	put_reg(VIRTIO_PCI_COMMON_DFSELECT, 4, 2);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_DF, 4), 0);
	assert_true(begin(offered));
	assert_int_equal(d.front.transport.accepted, offered);
	/* Agreed is agreed. */
	accept_features(V1);
	assert_int_equal(d.front.transport.accepted, offered);
}

static void test_features_refused(void **state)
{
	(void)state;
	assert_false(begin(0));
	assert_false(begin(1ULL << VIRTIO_GPU_F_EDID));
	assert_false(begin(V1 | 1ULL << VIRTIO_GPU_F_RESOURCE_UUID));
	assert_false(begin(V1 | 1ULL << 63));
	/* It cannot go on as it is. */
	put_reg(STATUS, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	assert_false(transport_works(&d.front.transport));
	assert_true(begin(V1));
	assert_int_equal(get_reg(STATUS, 1), 0xb);
}

static void test_features_beyond(void **state)
{
	(void)state;
	put_reg(VIRTIO_PCI_COMMON_GFSELECT, 4, 2);
	put_reg(VIRTIO_PCI_COMMON_GF, 4, 1);
	put_reg(VIRTIO_PCI_COMMON_GFSELECT, 4, 1);
	put_reg(VIRTIO_PCI_COMMON_GF, 4, 1);
	put_reg(STATUS, 1, VIRTIO_CONFIG_S_FEATURES_OK);
	assert_int_equal(get_reg(STATUS, 1) & VIRTIO_CONFIG_S_FEATURES_OK, 0);
}

/* -- Queues ----------------------------------------------------------------- */

static void test_queues(void **state)
{
	(void)state;
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_NUMQ, 2), 2);
	put_reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, 1);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2), RING_SIZE_MAX);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_NOFF, 2), 1);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_MSIX, 2), VIRTIO_MSI_NO_VECTOR);
	put_reg(VIRTIO_PCI_COMMON_Q_MSIX, 2, 2);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_MSIX, 2), 2);
	put_reg(VIRTIO_PCI_COMMON_Q_MSIX, 2, 3);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_MSIX, 2), VIRTIO_MSI_NO_VECTOR);
	/* None of these is a size. */
	put_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 0);
	put_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 3);
	put_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 512);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2), RING_SIZE_MAX);
	/* Before the features no queue is enabled. */
	put_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2), 0);
	put_reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, 2);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2), 0);
	put_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 16);
	put_reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, 0xffff);
	put_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2), 0);
}

static void test_queue_enabled(void **state)
{
	(void)state;
	assert_true(begin(V1));
	put_queue(1, 0x123456789000, 0x2000, 0x3000);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2), 1);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_DESCHI, 4), 0x1234);
	/* It stays where it is. */
	put_reg(VIRTIO_PCI_COMMON_Q_DESCLO, 4, 0);
	put_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, 8);
	put_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2, 0);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_DESCLO, 4), 0x56789000);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2), RING_SIZE);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2), 1);
}

static void needs_reset(u64 desc, u64 avail, u64 used)
{
	power_on(NULL);
	assert_true(begin(V1));
	put_queue(0, desc, avail, used);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2), 0);
	assert_true(get_reg(STATUS, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	/* The driver is told. */
	assert_int_equal(get_reg(TRANSPORT_ISR, 1), TRANSPORT_ISR_CONFIG);
	assert_int_equal(get_reg(TRANSPORT_ISR, 1), 0);
	put_reg(STATUS, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	assert_false(transport_works(&d.front.transport));
}

static void test_queue_nowhere(void **state)
{
	(void)state;
	needs_reset(8, 0x2000, 0x3000);
	needs_reset(0x1000, 0x2001, 0x3000);
	needs_reset(0x1000, 0x2000, 0x3002);
	needs_reset(~0xfULL, 0x2000, 0x3000);
	needs_reset(0x1000, ~1ULL, 0x3000);
	needs_reset(0x1000, 0x2000, ~3ULL);
}

static void test_kicks(void **state)
{
	u32 queue;

	(void)state;
	assert_true(begin(V1));
	put_queue(1, 0x1000, 0x2000, 0x3000);
	assert_int_equal(device_front_write(&d.front, TRANSPORT_NOTIFY + 4, 2, 1, &queue), DEVICE_NOTHING);
	put_reg(STATUS, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	assert_int_equal(device_front_write(&d.front, TRANSPORT_NOTIFY + 4, 2, 1, &queue), DEVICE_KICK);
	assert_int_equal(queue, 1);
	assert_int_equal(device_front_write(&d.front, TRANSPORT_NOTIFY, 2, 0, &queue), DEVICE_NOTHING);
	assert_int_equal(device_front_write(&d.front, TRANSPORT_NOTIFY + 8, 2, 2, &queue), DEVICE_NOTHING);
	assert_int_equal(device_front_write(&d.front, TRANSPORT_BAR - 1, 1, 2, &queue), DEVICE_NOTHING);
	assert_int_equal(device_front_write(&d.front, TRANSPORT_BAR, 1, 2, &queue), DEVICE_NOTHING);
	assert_int_equal(device_front_write(&d.front, ~0U, 1, 2, &queue), DEVICE_NOTHING);
}

/* -- Reset ------------------------------------------------------------------ */

static void test_reset(void **state)
{
	(void)state;
	assert_true(begin(V1));
	put_queue(0, 0x1000, 0x2000, 0x3000);
	put_reg(VIRTIO_PCI_COMMON_MSIX, 2, 0);
	put_reg(STATUS, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	assert_true(transport_works(&d.front.transport));
	assert_int_equal(put_reg(STATUS, 1, 0), DEVICE_RESET);
	/* The driver sees that it is not over, and cannot go on. */
	assert_int_not_equal(get_reg(STATUS, 1), 0);
	assert_false(transport_works(&d.front.transport));
	put_reg(VIRTIO_PCI_COMMON_MSIX, 2, 1);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_MSIX, 2), 0);
	device_front_reset(&d.front);
	assert_int_equal(get_reg(STATUS, 1), 0);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_MSIX, 2), VIRTIO_MSI_NO_VECTOR);
	put_reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, 0);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2), 0);
	assert_int_equal(d.front.transport.accepted, 0);
	assert_true(begin(V1));
}

/* A driver begins with one: there is nothing to wait for, and nothing of what follows is lost. */
static void test_reset_of_nothing(void **state)
{
	(void)state;
	put_reg(VIRTIO_PCI_COMMON_MSIX, 2, 1);
	assert_int_equal(put_reg(STATUS, 1, 0), DEVICE_NOTHING);
	assert_int_equal(get_reg(STATUS, 1), 0);
	assert_int_equal(get_reg(VIRTIO_PCI_COMMON_MSIX, 2), VIRTIO_MSI_NO_VECTOR);
	assert_true(begin(V1));
	assert_int_equal(get_reg(STATUS, 1), 0xb);
}

static void test_status_only_grows(void **state)
{
	(void)state;
	assert_true(begin(V1));
	put_reg(STATUS, 1, VIRTIO_CONFIG_S_DRIVER);
	assert_int_equal(get_reg(STATUS, 1), 0xb);
	/* What is the device's to say is not the driver's. */
	put_reg(STATUS, 1, 0xff);
	assert_int_equal(get_reg(STATUS, 1) & VIRTIO_CONFIG_S_NEEDS_RESET, 0);
}

/* -- The device's own configuration ----------------------------------------- */

static void test_events(void **state)
{
	u64 generation = get_reg(VIRTIO_PCI_COMMON_CFGGENERATION, 1);

	(void)state;
	assert_int_equal(get_reg(TRANSPORT_DEVICE + 8, 4), 1);
	assert_int_equal(get_reg(TRANSPORT_DEVICE + 12, 4), 1);
	assert_int_equal(get_reg(TRANSPORT_DEVICE, 4), 0);
	device_front_changed(&d.front);
	assert_int_equal(get_reg(TRANSPORT_DEVICE, 4), VIRTIO_GPU_EVENT_DISPLAY);
	assert_int_not_equal(get_reg(VIRTIO_PCI_COMMON_CFGGENERATION, 1), generation);
	assert_int_equal(get_reg(TRANSPORT_ISR, 1), TRANSPORT_ISR_CONFIG);
	put_reg(TRANSPORT_DEVICE, 4, 0);
	put_reg(TRANSPORT_DEVICE + 4, 4, ~VIRTIO_GPU_EVENT_DISPLAY);
	assert_int_equal(get_reg(TRANSPORT_DEVICE, 4), VIRTIO_GPU_EVENT_DISPLAY);
	put_reg(TRANSPORT_DEVICE + 4, 4, VIRTIO_GPU_EVENT_DISPLAY);
	assert_int_equal(get_reg(TRANSPORT_DEVICE, 4), 0);
	assert_int_equal(get_reg(TRANSPORT_DEVICE + 15, 2), 0);
	assert_int_equal(get_reg(TRANSPORT_DEVICE + 16, 4), 0);
}

/* Fields of another length, and what is none, read as nothing and change nothing. */
static void test_no_field(void **state)
{
	struct device_front before = d.front;
	u32 at, len, queue;

	(void)state;
	for (at = 0; at < TRANSPORT_BAR + 16; at++) {
		for (len = 1; len <= 8; len *= 2) {
			if (at < TRANSPORT_PART && length_of(at) == len)
				continue;
			if (at == TRANSPORT_DEVICE + 4)
				continue;
			assert_int_equal(device_front_write(&d.front, at, len, ~0ULL, &queue), DEVICE_NOTHING);
			if (at < TRANSPORT_DEVICE)
				assert_int_equal(get_reg(at, len), 0);
		}
	}
	assert_memory_equal(&before, &d.front, sizeof(before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_who_it_is, power_on),
		cmocka_unit_test_setup(test_bars, power_on),
		cmocka_unit_test_setup(test_capabilities, power_on),
		cmocka_unit_test_setup(test_window, power_on),
		cmocka_unit_test_setup(test_intx, power_on),
		cmocka_unit_test_setup(test_features, power_on),
		cmocka_unit_test_setup(test_features_refused, power_on),
		cmocka_unit_test_setup(test_features_beyond, power_on),
		cmocka_unit_test_setup(test_queues, power_on),
		cmocka_unit_test_setup(test_queue_enabled, power_on),
		cmocka_unit_test_setup(test_queue_nowhere, power_on),
		cmocka_unit_test_setup(test_kicks, power_on),
		cmocka_unit_test_setup(test_reset, power_on),
		cmocka_unit_test_setup(test_reset_of_nothing, power_on),
		cmocka_unit_test_setup(test_status_only_grows, power_on),
		cmocka_unit_test_setup(test_events, power_on),
		cmocka_unit_test_setup(test_no_field, power_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
