// SPDX-License-Identifier: GPL-2.0
/* kvmshare-monitor, the service: rules about VMMs hold, what guests do is watched, and both are told. */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "service.h"
#include "../lib/clock.h"
#include "../lib/msg.h"
#include "../lib/parse.h"

#define LOOK_MS		200
/* Whether an administrator has disarmed it; and for the textfile. */
#define SELDOM_MS	5000

static volatile sig_atomic_t ends, applies;

static struct monitor monitor;
static struct sink sink;
static struct arms arms;
static const char *listen_at, *textfile;

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		applies = 1;
	else
		ends = 1;
}

static void tell(json_object *event, const char *text, void *arg)
{
	(void)arg;
	sink_put(&sink, event, text);
}

static void print(FILE *to, void *arg)
{
	(void)arg;
	metrics_print(&monitor, &sink, &arms, to);
}

/* -- Options ------------------------------------------------------------------ */

static const char usage[] =
	"usage: kvmshare-monitor [--events FILE] [--listen unix:PATH|127.0.0.1:PORT]\n"
	"                        [--textfile FILE] [--ceiling KIND=RATE]...\n"
	"\n"
	"  --events FILE        events as lines of JSON, too; 8 MiB and three files before\n"
	"  --listen AT          /metrics in Prometheus's text format, for this host alone\n"
	"  --textfile FILE      the same into a file, every five seconds\n"
	"  --ceiling KIND=RATE  of what a guest may do: see kvmshare-watch(8)\n"
	"\n"
	"See kvmshare-monitor(8).\n";

static int take_ceiling(const char *text)
{
	const char *equals = strchr(text, '=');
	enum abuse_kind kind = equals ? abuse_kind_of(fmt("%.*s", (int)(equals - text), text)) : ABUSE_KINDS;

	if (kind == ABUSE_KINDS || !parse_u64(equals + 1, 0, 1000000000, &monitor.vms.ceilings.rate[kind])) {
		fprintf(stderr, "kvmshare-monitor: --ceiling %s: it is KIND=RATE, as msrs=500\n", text);
		return EXIT_USAGE;
	}
	return 0;
}

/* 0, or an exit code and 256, since one of them is 0. */
static int take_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "events", required_argument, NULL, 'e' },
		{ "listen", required_argument, NULL, 'l' },
		{ "textfile", required_argument, NULL, 't' },
		{ "ceiling", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int option, code;

	monitor.vms.ceilings = abuse_defaults;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'e':
			sink.path = optarg;
			break;
		case 'l':
			listen_at = optarg;
			break;
		case 't':
			textfile = optarg;
			break;
		case 'c':
			code = take_ceiling(optarg);
			if (code)
				return 256 + code;
			break;
		case 'h':
			fputs(usage, stdout);
			return 256 + EXIT_OK;
		default:
			fputs(usage, stderr);
			return 256 + EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 256 + EXIT_USAGE;
	}
	return 0;
}

/* -- Going on ----------------------------------------------------------------- */

static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void tell_status(const char *ready)
{
	if (!arms.armed)
		sd_notifyf(0, "%sSTATUS=%s", ready, arms.why);
	else
		sd_notifyf(0, "%sSTATUS=%zu VMs; %s", ready, monitor.vms.nr, arms.why[0] ? arms.why : "the rules hold");
}

static void do_seldom(void)
{
	static uint64_t done_ms;
	static int last_err;
	uint64_t now = now_ms();
	int err;

	if (now - done_ms < SELDOM_MS)
		return;
	done_ms = now;
	arm_look(&arms, &monitor);
	tell_status("");
	if (!textfile)
		return;
	err = metrics_write(&monitor, &sink, &arms, textfile);
	if (err && err != last_err)
		log_error("%s cannot be written: %s", textfile, strerror(-err));
	last_err = err;
}

static void apply_again(void)
{
	applies = 0;
	sd_notify(0, "RELOADING=1");
	arm_again(&arms, &monitor);
	tell_status("READY=1\n");
}

static int serve(struct http *http)
{
	int err = 0;

	while (!ends && !err) {
		err = monitor_wait(&monitor, LOOK_MS);
		http_run(http);
		if (applies)
			apply_again();
		do_seldom();
	}
	if (err)
		log_error("what is watched cannot be read: %s", strerror(-err));
	return err ? EXIT_FAILED : EXIT_OK;
}

int main(int argc, char **argv)
{
	struct http *http = NULL;
	const char *why;
	int code = take_options(argc, argv);

	if (code)
		return code - 256;
	msg_setup("kvmshare-monitor", false);
	catch_signals();
	sink.journal = getenv("JOURNAL_STREAM") != NULL;
	monitor.tell = tell;
	code = sink_open(&sink);
	if (code)
		log_error("%s cannot be written: %s", sink.path, strerror(-code));
	arm(&arms, &monitor);
	monitor_begin(&monitor);
	/* To load programs takes what all of the kernel's types take; none of it is needed again. */
	malloc_trim(0);
	if (listen_at) {
		http = http_begin(listen_at, print, NULL, &why);
		if (!http)
			log_error("nothing is answered at %s: %s", listen_at, why);
	}
	tell_status("READY=1\n");
	code = serve(http);
	sd_notify(0, "STOPPING=1");
	monitor_finish(&monitor);
	http_end(http);
	arm_leave(&arms, &monitor);
	monitor_end(&monitor);
	sink_close(&sink);
	return code;
}
