// SPDX-License-Identifier: GPL-2.0
/*
 * mdev-fuzz UUID SECONDS [SEED]: a VMM and its guest do anything with a device, one step
 * after another: registers, configuration, rings and what they point to, commands with
 * any fields, floods of them, resets, interrupts, memory taken away and given back, the
 * screen looked at, the device closed.  In the end it must be well.
 */
#define _GNU_SOURCE
#include <sys/eventfd.h>

#include "mdev_driver.h"

static uint64_t state;
static struct vmm vmm;
static struct driver driver;
static uint64_t steps, commands, unmaps, resets;

static uint64_t any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint32_t below(uint32_t most)
{
	return any() % most;
}

/* A number that means something, mostly. */
static uint32_t likely(void)
{
	static const uint32_t numbers[] = { 0, 1, 2, 3, 4, 5, 16, 64, 100, 1024, 4096, 16384, 65536,
					    1U << 20, 0x7fffffff, 0x80000000, ~0U };

	return below(3) ? numbers[below(sizeof(numbers) / sizeof(numbers[0]))] : (uint32_t)any();
}

/* -- Steps ------------------------------------------------------------------ */

static void step_register(void)
{
	uint32_t reg = below(8) ? below(0x40) : below(0x4000), len = 1U << below(4);

	if (below(2))
		put(&driver, reg / len * len, len, below(2) ? likely() : any());
	else
		get(&driver, reg / len * len, len);
}

static void step_config(void)
{
	uint32_t reg = below(256), len = 1U << below(4);

	if (below(2))
		vmm_write(&vmm, vmm.config + reg, len, any());
	else
		vmm_read(&vmm, vmm.config + reg, len);
}

static void step_scribble(void)
{
	uint64_t place = below(2) ? DESC(below(2)) + below(0x3000) : COMMANDS(0) + below(0x80000);

	for (uint32_t i = below(32); i; i--)
		vmm.memory[place + i] = (uint8_t)any();
}

static void step_command(void)
{
	static const uint32_t groups[] = { 0x100, 0x200, 0x300 };
	uint32_t words[96], len = 24 + 4 * below(20), more = below(4) ? 0 : 16 * below(32), queue = below(8) == 0;
	struct virtio_gpu_ctrl_hdr *header = (void *)words;

	for (uint32_t i = 0; i < 96; i++)
		words[i] = below(2) ? likely() : 1 + below(8);
	header->type = groups[below(3)] + below(14);
	header->ctx_id = below(3);
	/* Where entries follow they are of the memory, mostly. */
	for (uint32_t i = len / 4; i + 4 <= 96; i += 4) {
		words[i] = (uint32_t)MEMORY_AT + 4096 * below(4096);
		words[i + 1] = 0;
		words[i + 2] = 4096 * below(16);
	}
	offer(&driver, queue, words, len, words, more);
	kick(&driver, queue);
	commands++;
}

/* As a driver does it. */
static void step_image(void)
{
	uint32_t id = 1 + below(8), side = 16U << below(6);
	struct virtio_gpu_resource_create_2d create = {
		.hdr.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, .resource_id = id, .format = 1 + below(2),
		.width = side, .height = side,
	};
	struct virtio_gpu_resource_attach_backing attach = {
		.hdr.type = VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING, .resource_id = id, .nr_entries = 1,
	};
	struct virtio_gpu_mem_entry entry = { .addr = MEMORY_AT + ROOM, .length = 4 * side * side };
	struct virtio_gpu_transfer_to_host_2d transfer = {
		.hdr.type = VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, .resource_id = id,
		.r = { 0, 0, side, side },
	};
	struct virtio_gpu_set_scanout show = {
		.hdr.type = VIRTIO_GPU_CMD_SET_SCANOUT, .resource_id = id, .r = { 0, 0, side, side },
	};

	offer(&driver, 0, &create, sizeof(create), NULL, 0);
	offer(&driver, 0, &attach, sizeof(attach), &entry, sizeof(entry));
	offer(&driver, 0, &transfer, sizeof(transfer), NULL, 0);
	offer(&driver, 0, &show, sizeof(show), NULL, 0);
	kick(&driver, 0);
	commands += 4;
}

/* A flood of jobs, in blobs that may be gone. */
static void step_jobs(void)
{
	struct jobs jobs;

	if (below(4) == 0) {
		struct virtio_gpu_resource_unref unref = {
			.hdr.type = VIRTIO_GPU_CMD_RESOURCE_UNREF, .resource_id = 20 + below(4),
		};

		offer(&driver, 0, &unref, sizeof(unref), NULL, 0);
	}
	for (uint32_t i = below(24); i; i--) {
		fill_jobs(&jobs, 20 + below(4), 1 + below(16), below(2048), 1 + below(64), ~0ULL);
		offer(&driver, 0, &jobs, bytes_of(&jobs), NULL, 0);
		commands++;
	}
	kick(&driver, 0);
}

static void set_up(void)
{
	if (!driver_start(&driver, &vmm))
		return;
	for (uint32_t i = 0; i < 4; i++) {
		struct virtio_gpu_resource_create_blob command = {
			.hdr.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB, .resource_id = 20 + i,
			.blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST, .nr_entries = 1, .size = 1 << 18,
		};
		struct virtio_gpu_mem_entry entry = {
			.addr = MEMORY_AT + ROOM + (i << 18), .length = 1 << 18,
		};
		struct virtio_gpu_ctx_create create = {
			.hdr = { .type = VIRTIO_GPU_CMD_CTX_CREATE, .ctx_id = CONTEXT },
			.context_init = KVMSHARE_CAPSET_ID,
		};
		struct virtio_gpu_ctx_resource attach = {
			.hdr = { .type = VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, .ctx_id = CONTEXT },
			.resource_id = 20 + i,
		};

		offer(&driver, 0, &command, sizeof(command), &entry, sizeof(entry));
		offer(&driver, 0, &create, sizeof(create), NULL, 0);
		offer(&driver, 0, &attach, sizeof(attach), NULL, 0);
	}
	kick(&driver, 0);
}

static void step_reset(void)
{
	resets++;
	if (below(2) ? !driver_reset(&driver, 30) : ioctl(vmm.device, VFIO_DEVICE_RESET)) {
		printf("not ok a reset comes to its end\n");
		exit(1);
	}
	set_up();
}

/* All of it is given as one, so all of it is taken away. */
static void step_unmap(void)
{
	unmaps++;
	if (vmm_unmap(&vmm, 0, MEMORY_BYTES))
		die("memory is taken away");
	if (below(4))
		step_command();
	if (vmm_map(&vmm, 0, MEMORY_BYTES))
		die("memory is given back");
}

static void step_irqs(void)
{
	struct {
		struct vfio_irq_set set;
		int32_t fds[4];
	} arg = { .set = { .index = below(6), .start = below(4), .count = below(4) } };
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	arg.set.flags = (1U << below(3)) | (VFIO_IRQ_SET_ACTION_MASK << below(3));
	arg.set.argsz = sizeof(arg.set) + 4 * arg.set.count;
	for (int i = 0; i < 4; i++)
		arg.fds[i] = below(3) ? event : -1;
	ioctl(vmm.device, VFIO_DEVICE_SET_IRQS, &arg);
	close(event);
}

static void step_look(void)
{
	struct vfio_device_gfx_plane_info info = {
		.argsz = sizeof(info), .flags = VFIO_GFX_PLANE_TYPE_REGION,
	};
	uint8_t *pixels;

	if (ioctl(vmm.device, VFIO_DEVICE_QUERY_GFX_PLANE, &info) || !info.size)
		return;
	pixels = mmap(NULL, info.size, PROT_READ, MAP_SHARED, vmm.device, (off_t)vmm.display);
	if (pixels == MAP_FAILED)
		die("the screen is mapped");
	state += pixels[below(info.size)];
	munmap(pixels, info.size);
}

static void step_close(void)
{
	if (below(16))
		return;
	close(vmm.device);
	vmm_open_device(&vmm);
	set_up();
}

static void (*const kinds[])(void) = {
	step_register, step_config, step_scribble, step_command, step_command, step_command,
	step_image, step_jobs, step_jobs, step_irqs, step_look, step_close,
};

static void step(void)
{
	/* What takes long is seldom, or nothing else would be. */
	if (below(50) == 0)
		step_reset();
	else if (below(50) == 0)
		step_unmap();
	else
		kinds[below(sizeof(kinds) / sizeof(kinds[0]))]();
	steps++;
}

int main(int argc, char **argv)
{
	double end;

	if (argc < 3)
		return 2;
	state = argc > 3 ? strtoull(argv[3], NULL, 0) : (uint64_t)time(NULL) << 20 | (uint64_t)getpid();
	fprintf(stderr, "seed %llu\n", (unsigned long long)state);
	vmm_open(&vmm, argv[1]);
	set_up();
	end = seconds() + strtod(argv[2], NULL);
	while (seconds() < end)
		step();
	fprintf(stderr, "%llu steps, %llu commands, %llu resets, %llu times memory taken away\n",
		(unsigned long long)steps, (unsigned long long)commands, (unsigned long long)resets,
		(unsigned long long)unmaps);
	printf("%s it is well after all that\n", is_well(&vmm) ? "ok" : "not ok");
	vmm_close(&vmm);
	printf("end\n");
	return 0;
}
