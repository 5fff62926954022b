// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vgpu_common.h"
#include "vgpu_device.h"
#include "../lib/ctl.h"
#include "../lib/msg.h"
#include "../lib/parse.h"

/* So often is the size asked for anew, where a guest changes it meanwhile. */
#define TRIES	5

/* The pixels, to be freed, or NULL with *@err set. */
static void *take(struct kvmshare_vgpu_screen *screen, int *err)
{
	void *pixels = NULL;

	for (int i = 0; i < TRIES; i++) {
		screen->pixels = (uintptr_t)pixels;
		*err = ctl_call(KVMSHARE_VGPU_SCREEN, screen);
		if (*err != -ENOSPC)
			break;
		free(pixels);
		pixels = malloc(screen->bytes);
		if (!pixels)
			*err = -ENOMEM;
		if (!pixels)
			break;
	}
	if (!*err && screen->width)
		return pixels;
	free(pixels);
	return NULL;
}

static png_image image_of(const struct kvmshare_vgpu_screen *screen)
{
	return (png_image){
		.version = PNG_IMAGE_VERSION, .width = screen->width, .height = screen->height,
		.format = PNG_FORMAT_BGRA,
	};
}

/* Written beside it first, so that what is there stays where this fails. */
static int write_png(const struct kvmshare_vgpu_screen *screen, const void *pixels, const char *file)
{
	png_image image = image_of(screen);
	char *part = strdup(fmt("%s.part", file));
	int rc = EXIT_OK;

	if (!part)
		return FAIL(EXIT_FAILED, .object = file, .reason = strerror(ENOMEM));
	if (!png_image_write_to_file(&image, part, 0, pixels, 0, NULL))
		rc = FAIL(EXIT_FAILED, .object = file, .reason = image.message,
			  .kept = "what was there is as it was");
	else if (rename(part, file))
		rc = FAIL(EXIT_FAILED, .object = file, .reason = strerror(errno),
			  .kept = "what was there is as it was");
	if (rc)
		unlink(part);
	free(part);
	return rc;
}

static int write_to_terminal(const struct kvmshare_vgpu_screen *screen, const void *pixels)
{
	png_image image = image_of(screen);

	if (png_image_write_to_stdio(&image, stdout, 0, pixels, 0, NULL) && !fflush(stdout))
		return EXIT_OK;
	return FAIL(EXIT_FAILED, .object = "standard output", .reason = image.message);
}

/* A number, or a device that a guest has. */
static int parse_which(const struct cmd_line *line, uint64_t *id)
{
	const char *which = line->args[0];

	if (parse_u64(which, 1, INT64_MAX, id))
		return 0;
	if (!vgpu_is_uuid(which))
		return cmd_usage(line, which, "a vGPU is named by its number, a device by its UUID");
	if (!vgpu_device_exists(which))
		return vgpu_device_missing(which);
	*id = vgpu_device_client(which);
	if (*id)
		return 0;
	return FAIL(EXIT_FAILED, .object = fmt("device %s", which), .reason = "no guest has it, so it shows nothing");
}

int cmd_vgpu_screenshot(const struct cmd_line *line)
{
	struct kvmshare_vgpu_screen screen = { .size = sizeof(screen) };
	const char *file = cmd_value(line, "output");
	uint64_t id;
	void *pixels;
	int err, rc = parse_which(line, &id);

	if (rc)
		return rc;
	screen.id = id;
	if (!file && isatty(STDOUT_FILENO))
		return cmd_usage(line, "--output", "a PNG is nothing for a terminal: say where to");
	pixels = take(&screen, &err);
	if (!pixels && !err)
		return FAIL(EXIT_FAILED, .object = fmt("vGPU %" PRIu64, id),
			    .reason = "its screen is off");
	if (!pixels)
		return vgpu_call_fail(KVMSHARE_VGPU_SCREEN, err, fmt("vGPU %" PRIu64, id));
	rc = file ? write_png(&screen, pixels, file) : write_to_terminal(&screen, pixels);
	free(pixels);
	return rc;
}
