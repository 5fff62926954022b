// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "host.h"
#include "../lib/clock.h"
#include "../lib/ctl.h"
#include "../lib/events.h"
#include "../lib/fs.h"
#include "../lib/pool.h"
#include "../lib/service.h"

enum phase {
	PHASE_WAITING = 0,	/* for the modules */
	PHASE_RESTORING,	/* VFs are being made */
	PHASE_WORKING,
};

static enum phase phase;
static int events = -1;
static bool told_ready;
/* Until then the modules may be on their way; see look_around(). */
static uint64_t coming_until_ms;

#define COMING_MS	10000
#define COMING_LOOK_MS	100

/* READY once: a host without the module must boot on, too. */
static void tell(const char *status)
{
	sd_notifyf(0, "%sSTATUS=%s", told_ready ? "" : "READY=1\n", status);
	told_ready = true;
}

static void wait_for_modules(void)
{
	phase = PHASE_WAITING;
	unlink(SERVICE_READY);
	clean_forget();
	/* Nothing of ours shall keep the modules from being unloaded. */
	if (events >= 0)
		close(events);
	events = -1;
	ctl_close();
	log_info("waiting for the modules: modprobe kvmshare_vf");
	tell("waiting for the modules: modprobe kvmshare_vf");
}

static bool modules_there(void)
{
	struct kvmshare_version arg = { .size = sizeof(arg) };

	if (!ctl_call(KVMSHARE_VERSION, &arg) && arg.modules & KVMSHARE_MODULE_VF &&
	    pool_root_there())
		return true;
	if (phase == PHASE_WAITING)
		ctl_close();
	return false;
}

static void begin_work(void)
{
	int fd;

	phase = PHASE_WORKING;
	clean_look_all();
	fd = open(SERVICE_READY, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0)
		close(fd);
	tell("settings are restored; cleaning VFs as they come back");
	log_info("settings are restored");
}

/*
 * The subscription comes before the first look at the pool: what changes
 * between the two is then seen twice, and nothing is missed.
 */
static int connect_modules(void)
{
	bool first = phase == PHASE_WAITING;
	int err;

	if (events < 0)
		events = events_open();
	if (events < 0) {
		log_error("the modules' events cannot be read: %s", strerror(-events));
		return events;
	}
	/* A PF that comes later is restored beside the work. */
	if (first) {
		phase = PHASE_RESTORING;
		sd_notify(0, "STATUS=restoring settings");
	}
	err = restore_begin();
	/* It is logged; what is in the pool must still be cleaned. */
	return first ? err : 0;
}

static void on_event(const struct kvmshare_event *event, void *arg)
{
	bool *all = arg;

	if (event->type == KVMSHARE_EVENT_LOST)
		*all = true;
	else if (event->type == KVMSHARE_EVENT_VF_STATE && phase == PHASE_WORKING)
		clean_look(event->bdf);
}

static int read_events(void)
{
	bool all = false;
	int err = events < 0 ? 0 : events_read(events, on_event, &all);

	if (err) {
		close(events);
		events = -1;
		log_error("the modules' events ended: %s", strerror(-err));
		return err;
	}
	if (all && phase == PHASE_WORKING)
		clean_look_all();
	return 0;
}

/* Modules or PFs came or went; -errno where the service cannot go on. */
static int look_around(bool modules, bool devices)
{
	bool there = modules_there();

	if (modules && !there && phase != PHASE_WAITING)
		wait_for_modules();
	if (there && (phase == PHASE_WAITING || devices))
		return connect_modules();
	return 0;
}

static bool is_coming(void)
{
	return phase == PHASE_WAITING && now_ms() < coming_until_ms;
}

static int step(void)
{
	bool modules = false, devices = false;
	int restored, err = 0;

	watch_read(&modules, &devices);
	/* The kernel tells of a module before it has begun to work. */
	if (modules)
		coming_until_ms = now_ms() + COMING_MS;
	if (modules || devices || is_coming())
		err = look_around(modules, devices);
	if (!err)
		err = read_events();
	restored = restore_step();
	if (!err && phase == PHASE_RESTORING) {
		if (restored < 0)
			err = restored;
		else if (restored)
			begin_work();
	}
	clean_step();
	return err;
}

static int stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int loop(int watch, int signals)
{
	struct signalfd_siginfo info;
	int err = step();

	while (!err && read(signals, &info, sizeof(info)) < 0) {
		struct poll_set set = { .timeout_ms = -1 };

		poll_add(&set, signals);
		poll_add(&set, watch);
		poll_add(&set, events);
		restore_poll(&set);
		clean_poll(&set);
		if (is_coming())
			poll_within(&set, COMING_LOOK_MS);
		poll(set.fds, set.nr, set.timeout_ms);
		err = step();
	}
	return err;
}

int main(void)
{
	int watch, signals, err;

	msg_setup("kvmshare-host", false);
	if (mkdir(SERVICE_DIR, 0755) && errno != EEXIST)
		log_warn("%s: %s", SERVICE_DIR, strerror(errno));
	unlink(SERVICE_READY);
	signals = stop_signals();
	watch = watch_open();
	if (watch < 0) {
		log_error("udev cannot be listened to");
		return EXIT_FAILED;
	}
	/* After listening has begun, so that no module comes unseen. */
	err = modules_there() ? connect_modules() : 0;
	if (!err && phase == PHASE_WAITING)
		wait_for_modules();
	if (!err)
		err = loop(watch, signals);
	sd_notify(0, "STOPPING=1");
	unlink(SERVICE_READY);
	return err ? EXIT_FAILED : EXIT_OK;
}
