// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "vgpu_common.h"
#include "vgpu_device.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"

#define DEVICES	"/sys/bus/mdev/devices"
#define TYPES	"/sys/class/mdev_bus/vgpu/mdev_supported_types"
#define PREFIX	"kvmshare-"

/* -- What there is ---------------------------------------------------------- */

bool vgpu_is_uuid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	for (i = 0; shape[i]; i++)
		if (shape[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != shape[i])
			return false;
	return !text[i];
}

/* Others' modules make such devices, too. */
static bool is_ours(const char *uuid)
{
	char type[NAME_MAX + 1];

	return fs_link_base("", fmt(DEVICES "/%s/mdev_type", uuid), type, sizeof(type)) >= 0 &&
	       !strncmp(type, PREFIX, strlen(PREFIX));
}

bool vgpu_device_exists(const char *uuid)
{
	return vgpu_is_uuid(uuid) && is_ours(uuid);
}

int vgpu_device_missing(const char *uuid)
{
	if (!fs_exists("", TYPES))
		return FAIL(EXIT_UNSUPPORTED, .object = "guests' devices",
			    .reason = "there are none: the module kvmshare_vgpu is not loaded, or this kernel has no mdev",
			    .remedy = "modprobe kvmshare_vgpu, and see the kernel's log");
	return FAIL(EXIT_FAILED, .object = fmt("device %s", uuid), .reason = "there is no such device",
		    .remedy = "see: kvmshare vgpu list");
}

/* A number of one's file, or 0. */
static uint64_t number_of(const char *uuid, const char *file)
{
	uint64_t value = 0;

	if (fs_read_u64("", fmt(DEVICES "/%s/%s", uuid, file), &value) < 0)
		return 0;
	return value;
}

uint64_t vgpu_device_client(const char *uuid)
{
	return number_of(uuid, "client");
}

static void add_text(json_object *to, const char *uuid, const char *file)
{
	char text[256];

	if (fs_read("", fmt(DEVICES "/%s/%s", uuid, file), text, sizeof(text)) >= 0)
		json_object_object_add(to, file, printable_json(text));
}

json_object *vgpu_device(const char *uuid)
{
	static const char *const numbers[] = {
		"weight", "minimum_percent", "cap_percent", "slice_us", "averaging", "memory_bytes",
		"memory_used_bytes", "pinned_bytes", "run_ns", "wait_ns", "throttled_ns",
		"overshoot_ns", "slices", "jobs", "strikes", "quarantine", NULL
	};
	json_object *device;

	if (!vgpu_device_exists(uuid))
		return NULL;
	device = json_object_new_object();
	out_str(device, "device", uuid);
	if (vgpu_device_client(uuid))
		out_uint(device, "id", vgpu_device_client(uuid));
	out_str(device, "state", vgpu_device_client(uuid) ? "open" : "closed");
	add_text(device, uuid, "engine");
	add_text(device, uuid, "resolution");
	for (int i = 0; numbers[i]; i++)
		out_uint(device, numbers[i], number_of(uuid, numbers[i]));
	return device;
}

static int add_closed(const char *uuid, void *rows)
{
	if (vgpu_device_exists(uuid) && !vgpu_device_client(uuid))
		json_object_array_add(rows, vgpu_device(uuid));
	return 0;
}

void vgpu_add_closed_devices(json_object *rows)
{
	fs_list("", DEVICES, add_closed, rows);
}

/* -- Types ------------------------------------------------------------------ */

static const struct out_column type_columns[] = {
	{ "size", "SIZE", OUT_RIGHT },
	{ "available", "AVAILABLE", OUT_RIGHT },
	{ "description", "DESCRIPTION", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static int add_type(const char *name, void *rows)
{
	json_object *row = json_object_new_object();
	uint64_t available = 0;
	char text[256] = "";

	fs_read("", fmt(TYPES "/%s/description", name), text, sizeof(text));
	fs_read_u64("", fmt(TYPES "/%s/available_instances", name), &available);
	out_str(row, "size", name + strlen(PREFIX));
	out_uint(row, "available", available);
	out_str(row, "description", text);
	json_object_array_add(rows, row);
	return 0;
}

int cmd_vgpu_types(const struct cmd_line *line)
{
	json_object *rows = json_object_new_array();

	(void)line;
	if (fs_list("", TYPES, add_type, rows) < 0) {
		json_object_put(rows);
		return vgpu_device_missing("");
	}
	out_table(type_columns, rows, "there are none");
	return EXIT_OK;
}

/* -- Making one ------------------------------------------------------------- */

static int set_fail(const char *uuid, const char *file, const char *value, int err)
{
	const char *object = fmt("%s of device %s", file, uuid);

	switch (-err) {
	case ENOSPC:
		return FAIL(EXIT_FAILED, .object = object, .kept = "it is as it was",
			    .reason = "the minimums of all clients would be more than the engine",
			    .remedy = "see the others' minimums: kvmshare vgpu list");
	case EINVAL:
		return FAIL(EXIT_FAILED, .object = object, .kept = "it is as it was",
			    .reason = fmt("%s is none, or a minimum would be above its cap", value));
	case EBUSY:
		return FAIL(EXIT_FAILED, .object = object, .kept = "it is as it was",
			    .reason = "a guest has the device", .remedy = "shut the guest down first");
	default:
		return FAIL(EXIT_FAILED, .object = object, .kept = "it is as it was",
			    .reason = strerror(-err), .remedy = "run this as root");
	}
}

const char *vgpu_device_path(const char *uuid)
{
	return fmt(DEVICES "/%s", uuid);
}

int vgpu_device_group(const char *uuid, uint32_t *group)
{
	char name[NAME_MAX + 1];
	int err = fs_link_base("", fmt(DEVICES "/%s/iommu_group", uuid), name, sizeof(name));

	if (err < 0)
		return err;
	return parse_u32(name, 0, UINT32_MAX, group) ? 0 : -EINVAL;
}

int vgpu_device_set(const char *uuid, const char *file, const char *value)
{
	int err = fs_write("", fmt(DEVICES "/%s/%s", uuid, file), value);

	return err < 0 ? set_fail(uuid, file, value, err) : 0;
}

static const struct {
	const char *option;
	const char *file;
} settings[VGPU_SPEC_SIZE] = {
	[VGPU_SPEC_ENGINE] = { "engine", "engine" },
	[VGPU_SPEC_WEIGHT] = { "weight", "weight" },
	[VGPU_SPEC_CAP] = { "cap", "cap_percent" },
	[VGPU_SPEC_MINIMUM] = { "minimum", "minimum_percent" },
	[VGPU_SPEC_SLICE] = { "slice-us", "slice_us" },
	[VGPU_SPEC_AVERAGING] = { "averaging", "averaging" },
	[VGPU_SPEC_RESOLUTION] = { "resolution", "resolution" },
};

int vgpu_device_set_all(const char *uuid, const struct vgpu_spec *spec)
{
	int rc = 0;

	for (int key = 0; key < VGPU_SPEC_SIZE && !rc; key++)
		if (*spec->values[key])
			rc = vgpu_device_set(uuid, settings[key].file, spec->values[key]);
	return rc;
}

/* What the options say, which the kernel is to judge. */
static void read_options(const struct cmd_line *line, struct vgpu_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	for (int key = 0; key < VGPU_SPEC_SIZE; key++)
		snprintf(spec->values[key], PAIRS_VALUE_LEN, "%s",
			 cmd_value(line, settings[key].option) ?: "");
}

static int create_fail(const char *size, int err)
{
	const char *object = fmt("a device of %s", size);

	switch (-err) {
	case ENOENT:
		if (!fs_exists("", TYPES))
			return vgpu_device_missing("");
		return FAIL(EXIT_FAILED, .object = object, .reason = "there is no such size",
			    .remedy = "see: kvmshare vgpu types");
	case EEXIST:
		return FAIL(EXIT_FAILED, .object = object, .reason = "there is a device of that UUID",
			    .kept = "it is as it was");
	case EUSERS:
	case ENOSPC:
		return FAIL(EXIT_FAILED, .object = object, .reason = "there are as many as there may be",
			    .remedy = "see: kvmshare vgpu list");
	default:
		return FAIL(EXIT_FAILED, .object = object, .reason = strerror(-err),
			    .remedy = "run this as root");
	}
}

int vgpu_new_uuid(char uuid[VGPU_UUID_LEN + 1])
{
	if (fs_read("", "/proc/sys/kernel/random/uuid", uuid, VGPU_UUID_LEN + 1) >= 0)
		return 0;
	return FAIL(EXIT_FAILED, .object = "a UUID", .reason = "the kernel gives none");
}

int vgpu_device_make(const char *size, const char *uuid)
{
	int err = fs_write("", fmt(TYPES "/" PREFIX "%s/create", size), uuid);

	return err < 0 ? create_fail(size, err) : 0;
}

int vgpu_device_remove(const char *uuid)
{
	int err = fs_write("", fmt(DEVICES "/%s/remove", uuid), "1");

	return err < 0 ? err : 0;
}

int cmd_vgpu_create(const struct cmd_line *line)
{
	const char *size = cmd_value(line, "size") ?: VGPU_SIZE_DEFAULT;
	const char *given = cmd_value(line, "uuid");
	char uuid[VGPU_UUID_LEN + 1];
	struct vgpu_spec spec;
	json_object *made;
	int rc = 0;

	if (given && !vgpu_is_uuid(given))
		return cmd_usage(line, given, "it is no UUID");
	if (strchr(size, '/'))
		return cmd_usage(line, size, "it is no size: see kvmshare vgpu types");
	if (given)
		snprintf(uuid, sizeof(uuid), "%s", given);
	else
		rc = vgpu_new_uuid(uuid);
	if (!rc)
		rc = vgpu_device_make(size, uuid);
	if (rc)
		return rc;
	read_options(line, &spec);
	rc = vgpu_device_set_all(uuid, &spec);
	if (rc) {
		vgpu_device_remove(uuid);
		return rc;
	}
	made = json_object_new_object();
	out_str(made, "device", uuid);
	out_line(made, uuid);
	return EXIT_OK;
}

/* -- And removing it -------------------------------------------------------- */

int cmd_vgpu_destroy(const struct cmd_line *line)
{
	const char *uuid = line->args[0];
	uint64_t client;
	int err;

	if (!vgpu_device_exists(uuid))
		return vgpu_device_missing(uuid);
	/* The kernel would wait for the guest, for as long as that runs. */
	client = vgpu_device_client(uuid);
	if (client)
		return FAIL(EXIT_FAILED, .object = fmt("device %s", uuid),
			    .reason = fmt("a guest has it, as vGPU %" PRIu64, client),
			    .kept = "nothing was changed", .remedy = "shut the guest down first");
	err = vgpu_device_remove(uuid);
	if (err)
		return FAIL(EXIT_FAILED, .object = fmt("device %s", uuid), .reason = strerror(-err),
			    .kept = "it is still there", .remedy = "run this as root");
	return EXIT_OK;
}
