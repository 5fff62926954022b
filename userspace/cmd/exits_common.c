// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "exits_common.h"
#include "../lib/clock.h"
#include "../monitor/interrupt.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../lib/pool.h"

int exits_tell(const struct programs *programs, int err)
{
	if (err == -EPERM || err == -EACCES)
		return FAIL(EXIT_FAILED, .object = "exits", .reason = "the kernel does not let this user load programs",
			    .kept = "nothing runs", .remedy = "run it as root; in a container, on the host");
	if (err)
		return FAIL(EXIT_UNSUPPORTED, .object = "exits",
			    .reason = programs->nr_off ? programs->off[0].why : strerror(-err), .kept = "nothing runs",
			    .remedy = "KVM must be loaded (modprobe kvm_amd, or kvm_intel), and tracefs be mounted");
	for (int i = 0; i < programs->nr_off; i++)
		msg_note("%s is off on this kernel: %s", programs->off[i].name, programs->off[i].why);
	return EXIT_OK;
}

void exits_wait(const struct exits_wish *wish)
{
	uint64_t end = now_ms() + wish->length_s * 1000;

	interrupt_catch();
	if (wish->length_s)
		msg_note("counting for %lu s; Ctrl-C ends it sooner", (unsigned long)wish->length_s);
	else
		msg_note("counting; Ctrl-C ends it");
	while (!interrupted()) {
		uint64_t now = now_ms();

		if (wish->length_s && now >= end)
			return;
		poll(NULL, 0, wish->length_s && end - now < 1000 ? (int)(end - now) : 1000);
	}
}

static uint64_t number_of(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_uint64(value) : 0;
}

void exits_put_vm(json_object *row, json_object *vms, uint32_t pid)
{
	uint64_t id = 0;

	for (size_t i = 0; vms && i < json_object_array_length(vms); i++) {
		json_object *vm = json_object_array_get_idx(vms, i);

		if (number_of(vm, "pid") == pid)
			id = number_of(vm, "id");
	}
	if (id)
		out_uint(row, "vm", id);
	else
		out_str(row, "vm", NULL);
	out_uint(row, "pid", pid);
}

int exits_take_vm(const struct cmd_line *line, uint32_t *pid)
{
	const char *value = cmd_value(line, "vm");
	json_object *vm;
	uint64_t id;

	if (!value)
		return 0;
	if (!parse_u64(value, 1, UINT64_MAX, &id))
		return cmd_usage(line, "--vm", "a VM is named by its number");
	vm = pool_object(POOL_VMS, value);
	if (!vm)
		return FAIL(EXIT_FAILED, .object = fmt("VM %s", value), .reason = "there is none of that number",
			    .remedy = "see: kvmshare vm list");
	*pid = (uint32_t)number_of(vm, "pid");
	json_object_put(vm);
	return *pid ? 0 : FAIL(EXIT_FAILED, .object = fmt("VM %s", value), .reason = "its process cannot be told from here");
}
