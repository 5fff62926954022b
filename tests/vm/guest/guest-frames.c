// SPDX-License-Identifier: GPL-2.0
/*
 * guest-frames COUNT WIDTH HEIGHT: in a guest, show a buffer of 1024x768 on its first
 * screen, and change so much of it, so many times, telling the screen of each.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kms.h"

#define SCREEN_WIDTH	1024U
#define SCREEN_HEIGHT	768U

static int card;
static uint8_t *pixels;
static struct kms_dumb dumb = { .width = SCREEN_WIDTH, .height = SCREEN_HEIGHT, .bpp = 32 };
static struct kms_fb fb = { .width = SCREEN_WIDTH, .height = SCREEN_HEIGHT, .bpp = 32, .depth = 24 };

static void call(unsigned long request, void *arg, const char *what)
{
	if (ioctl(card, request, arg)) {
		perror(what);
		exit(1);
	}
}

static void make_buffer(void)
{
	struct kms_map map = { 0 };

	call(KMS_DUMB, &dumb, "a buffer");
	fb.pitch = dumb.pitch;
	fb.handle = dumb.handle;
	call(KMS_ADD_FB, &fb, "a frame buffer");
	map.handle = dumb.handle;
	call(KMS_MAP, &map, "where the buffer is");
	pixels = mmap(NULL, dumb.size, PROT_READ | PROT_WRITE, MAP_SHARED, card, (off_t)map.offset);
	if (pixels == MAP_FAILED) {
		perror("the buffer");
		exit(1);
	}
}

/* The first screen in the mode that is the buffer's size. */
static void show(void)
{
	struct kms_mode modes[64];
	uint32_t crtcs[8], connectors[8];
	struct kms_resources all = {
		.crtcs = (uintptr_t)crtcs, .connectors = (uintptr_t)connectors,
		.nr_crtcs = 8, .nr_connectors = 8,
	};
	struct kms_connector connector = { .modes = (uintptr_t)modes, .nr_modes = 64 };
	struct kms_crtc crtc = { .connectors = (uintptr_t)&connectors[0], .nr_connectors = 1, .mode_valid = 1 };
	unsigned int i;

	call(KMS_RESOURCES, &all, "screens");
	connector.id = connectors[0];
	call(KMS_CONNECTOR, &connector, "modes");
	for (i = 0; i < connector.nr_modes && i < 64; i++)
		if (modes[i].hdisplay == SCREEN_WIDTH && modes[i].vdisplay == SCREEN_HEIGHT)
			break;
	if (i == connector.nr_modes || i == 64) {
		fprintf(stderr, "no mode of that size\n");
		exit(1);
	}
	crtc.id = crtcs[0];
	crtc.fb = fb.id;
	crtc.mode = modes[i];
	call(KMS_SET_CRTC, &crtc, "the screen");
}

static void frame(unsigned int nr, unsigned int width, unsigned int height)
{
	unsigned int x = nr * 16 % (SCREEN_WIDTH - width + 1), y = nr * 16 % (SCREEN_HEIGHT - height + 1), row;
	struct kms_clip clip = { (uint16_t)x, (uint16_t)y, (uint16_t)(x + width), (uint16_t)(y + height) };
	struct kms_dirty dirty = { .fb = fb.id, .nr_clips = 1, .clips = (uintptr_t)&clip };

	/* A word of each row: what is measured is how it comes to the screen. */
	for (row = 0; row < height; row++)
		memset(pixels + (size_t)(y + row) * dumb.pitch + 4 * x, (int)nr, 4);
	call(KMS_DIRTY, &dirty, "a frame");
}

int main(int argc, char **argv)
{
	unsigned int count, i;

	if (argc != 4)
		return 2;
	count = (unsigned int)strtoul(argv[1], NULL, 10);
	card = open("/dev/dri/card0", O_RDWR | O_CLOEXEC);
	if (card < 0) {
		perror("/dev/dri/card0");
		return 1;
	}
	make_buffer();
	show();
	for (i = 0; i < count; i++)
		frame(i, (unsigned int)strtoul(argv[2], NULL, 10), (unsigned int)strtoul(argv[3], NULL, 10));
	return 0;
}
