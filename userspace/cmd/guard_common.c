// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guard_common.h"
#include "../lib/clock.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../monitor/guard_event.h"
#include "../monitor/guard_pin.h"
#include "../monitor/interrupt.h"

int guard_refuse(const char *object, const struct programs *programs, int err)
{
	if (err == -EOPNOTSUPP)
		return FAIL(EXIT_UNSUPPORTED, .object = object, .reason = "this kernel does not ask such programs",
			    .kept = "nothing runs",
			    .remedy = "add bpf to its security modules: lsm=...,bpf on its command line; see /sys/kernel/security/lsm");
	if (err == -ENOTSUP)
		return FAIL(EXIT_UNSUPPORTED, .object = object, .reason = "there is no BPF file system at /sys/fs/bpf",
			    .kept = "nothing was changed", .remedy = "mount it: mount -t bpf bpf /sys/fs/bpf");
	if (err == -EPERM || err == -EACCES)
		return FAIL(EXIT_FAILED, .object = object, .reason = "the kernel does not let this user load programs",
			    .kept = "nothing runs", .remedy = "run it as root; in a container, on the host");
	return FAIL(EXIT_UNSUPPORTED, .object = object,
		    .reason = programs->nr_off ? programs->off[0].why : strerror(-err), .kept = "nothing runs",
		    .remedy = "the kernel needs BPF among its security modules: see lsm= of kernel-parameters(7)");
}

/* Programs that read this must know, too. */
void guard_tell_off(const struct programs *programs)
{
	for (int i = 0; i < programs->nr_off; i++) {
		const struct programs_off *off = &programs->off[i];

		out_line(off_json(off->name, off->why), off_text(off->name, off->why));
	}
}

int guard_take_pinned(struct guard_maps *maps)
{
	int err = guard_pinned(maps);

	if (!err)
		return 0;
	if (err == -ENOENT)
		return FAIL(EXIT_FAILED, .object = "guard", .reason = "no rules hold on this host",
			    .kept = "nothing was changed", .remedy = "apply a profile: kvmshare guard apply FILE");
	if (err == -ESTALE)
		return FAIL(EXIT_FAILED, .object = GUARD_PINS, .reason = "another version's rules hold",
			    .kept = "nothing was changed",
			    .remedy = "have this one's: systemctl restart kvmshare-monitor, or kvmshare guard apply FILE");
	return FAIL(EXIT_FAILED, .object = GUARD_PINS, .reason = strerror(-err), .kept = "nothing was changed",
		    .remedy = err == -EPERM || err == -EACCES ? "run it as root" : NULL);
}

bool guard_length(const char *text, uint64_t least, uint64_t *seconds)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 } };
	size_t length = strlen(text);
	uint64_t each = 1;

	for (size_t i = 0; length && i < sizeof(units) / sizeof(units[0]); i++) {
		if (text[length - 1] == units[i].unit) {
			each = units[i].seconds;
			length--;
			break;
		}
	}
	if (!parse_u64(fmt("%.*s", (int)length, text), 0, 86400 / each, seconds))
		return false;
	*seconds *= each;
	return *seconds >= least;
}

#define LOOK_MS		200

void guard_print(json_object *event, const char *text, void *arg)
{
	(void)arg;
	out_line(event, text);
}

int guard_follow(struct monitor *monitor, const char *object, uint64_t length_s)
{
	uint64_t end = now_ms() + length_s * 1000;
	int err = 0;

	interrupt_catch();
	while (!interrupted() && !err && (!length_s || now_ms() < end))
		err = monitor_wait(monitor, LOOK_MS);
	monitor_finish(monitor);
	return err ? FAIL(EXIT_FAILED, .object = object, .reason = strerror(-err)) : EXIT_OK;
}
