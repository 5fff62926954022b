/* SPDX-License-Identifier: GPL-2.0 */
/* Guests' devices, as the kernel's mdev shows them. */
#ifndef KVMSHARE_CMD_VGPU_DEVICE_H
#define KVMSHARE_CMD_VGPU_DEVICE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "cmd.h"
#include "../lib/vgpu_spec.h"

#define VGPU_UUID_LEN	36

/* Is it a UUID, as mdev takes them? */
bool vgpu_is_uuid(const char *text);
/* Is there such a device? */
bool vgpu_device_exists(const char *uuid);
/* All that sysfs shows of one, with "device", and "id" while it is open; NULL where there is none. */
json_object *vgpu_device(const char *uuid);
/* Add those to an array of clients that nobody has open. */
void vgpu_add_closed_devices(json_object *rows);
/* Its client, or 0 while nobody has it open. */
uint64_t vgpu_device_client(const char *uuid);
/* Set a file of one; 0, or the exit code with the error printed. */
int vgpu_device_set(const char *uuid, const char *file, const char *value);
/* One that nobody has; 0, or the exit code with the error printed. */
int vgpu_new_uuid(char uuid[VGPU_UUID_LEN + 1]);
/* Make one; 0, or the exit code with the error printed. */
int vgpu_device_make(const char *size, const char *uuid);
/* Remove one; the kernel waits for who has it open. 0 or a negative errno. */
int vgpu_device_remove(const char *uuid);
/* Where it is in sysfs, for a while: see fmt(). */
const char *vgpu_device_path(const char *uuid);
/* Its IOMMU group; 0 or a negative errno. */
int vgpu_device_group(const char *uuid, uint32_t *group);
/* Set all that @spec says but the size; 0, or the exit code with the error printed. */
int vgpu_device_set_all(const char *uuid, const struct vgpu_spec *spec);
/* Print that there is none; the exit code. */
int vgpu_device_missing(const char *uuid);

/* vgpu_device.c, vgpu_screenshot.c: verbs */
int cmd_vgpu_types(const struct cmd_line *line);
int cmd_vgpu_create(const struct cmd_line *line);
int cmd_vgpu_destroy(const struct cmd_line *line);
int cmd_vgpu_screenshot(const struct cmd_line *line);

#endif
