// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of kvmshare_vf, raw, for tests: one verb a call, and a lessee that
 * behaves like a VMM, well or badly.  An error prints its errno's name.
 *
 *   vfctl enrol [-r] [-d DRIVER] BDF      vfctl out BDF
 *   vfctl release ID                      vfctl handover ID PID
 *   vfctl cleaned (BDF GENERATION)...     vfctl quarantine [-e] [-i INDEX] BDF [REASON]
 *   vfctl quota [-n] [-u UID] [-t TENANT] MAX
 *   vfctl history [BDF] [AFTER]           vfctl events COUNT
 *   vfctl raw NR SIZE [BYTES-HEX]         a call that nobody checked
 *   vfctl hold GROUP BDF                  have it open in VFIO without a lease
 *   vfctl lease [options]                 see lease_options()
 *
 * A lessee prints "lease ID fd FD" and "vf BDF group N generation G node M"
 * lines and "ready" when it has done what was asked, and then waits to be
 * killed or for end of file on its standard input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vf_common.h"

static int device;

/*
 * With FAIL_NTH=n the n-th allocation of the call fails, on a kernel that can;
 * "untouched" says that it makes fewer than that.
 */
static int arm_fault(void)
{
	const char *nth = getenv("FAIL_NTH");
	int fd;

	if (!nth)
		return -1;
	fd = open("/proc/thread-self/fail-nth", O_RDWR);
	if (fd < 0 || write(fd, nth, strlen(nth)) < 0) {
		perror("fail-nth");
		exit(3);
	}
	return fd;
}

static void disarm_fault(int fd)
{
	char left[16] = "";

	if (fd < 0)
		return;
	if (pread(fd, left, sizeof(left) - 1, 0) > 0 && atoi(left))
		printf("untouched\n");
	if (pwrite(fd, "0", 1, 0) != 1)
		perror("fail-nth");
	close(fd);
}

static int call(unsigned long nr, void *arg, const char *what)
{
	int fault = arm_fault();
	int rc = ioctl(device, nr, arg), error = errno;

	disarm_fault(fault);
	if (rc >= 0)
		return 0;
	fprintf(stderr, "%s: %s\n", what, strerrorname_np(error));
	return 1;
}

static unsigned int parse_bdf(const char *text)
{
	unsigned int segment, bus, slot, function;

	if (!strcmp(text, "any"))
		return KVMSHARE_BDF_ANY;
	if (sscanf(text, "%x:%x:%x.%x", &segment, &bus, &slot, &function) != 4) {
		fprintf(stderr, "no address: %s\n", text);
		exit(2);
	}
	return KVMSHARE_BDF(segment, bus, slot << 3 | function);
}

static void copy_text(char *to, size_t size, const char *from)
{
	if (strlen(from) >= size) {
		fprintf(stderr, "too long: %s\n", from);
		exit(2);
	}
	strcpy(to, from);
}

/* -- Verbs that are one call ----------------------------------------------- */

static int do_enrol(int argc, char **argv)
{
	struct kvmshare_vf_enrol arg = { .size = sizeof(arg) };
	int opt;

	if (!strcmp(argv[0], "out"))
		arg.flags |= KVMSHARE_ENROL_OUT;
	while ((opt = getopt(argc, argv, "+rd:")) != -1) {
		if (opt == 'r')
			arg.flags |= KVMSHARE_ENROL_RESET_CLEANS;
		else if (opt == 'd')
			copy_text(arg.driver, sizeof(arg.driver), optarg);
		else
			return 2;
	}
	if (optind >= argc)
		return 2;
	arg.pf = parse_bdf(argv[optind]);
	return call(KVMSHARE_VF_ENROL, &arg, argv[0]);
}

static int do_release(int argc, char **argv)
{
	struct kvmshare_vf_release arg = { .size = sizeof(arg) };

	if (argc != 2)
		return 2;
	arg.id = strtoull(argv[1], NULL, 0);
	return call(KVMSHARE_VF_RELEASE, &arg, "release");
}

static int do_handover(int argc, char **argv)
{
	struct kvmshare_vf_handover arg = { .size = sizeof(arg) };

	if (argc != 3)
		return 2;
	arg.id = strtoull(argv[1], NULL, 0);
	arg.pid = atoi(argv[2]);
	return call(KVMSHARE_VF_HANDOVER, &arg, "handover");
}

static int do_cleaned(int argc, char **argv)
{
	struct kvmshare_vf_cleaned arg = { .size = sizeof(arg) };
	int i, rc = 0;

	if (argc < 3 || argc % 2 == 0)
		return 2;
	for (i = 1; i < argc; i += 2) {
		arg.vf = parse_bdf(argv[i]);
		arg.generation = strtoull(argv[i + 1], NULL, 0);
		rc |= call(KVMSHARE_VF_CLEANED, &arg, "cleaned");
	}
	return rc;
}

static int do_quarantine(int argc, char **argv)
{
	struct kvmshare_vf_quarantine arg = { .size = sizeof(arg) };

	if (argc > 1 && !strcmp(argv[1], "-e")) {
		arg.flags = KVMSHARE_QUARANTINE_END;
		argc--;
		argv++;
	}
	if (argc > 2 && !strcmp(argv[1], "-i")) {
		arg.flags |= KVMSHARE_QUARANTINE_INDEX;
		arg.index = (__u32)strtoul(argv[2], NULL, 0);
		argc -= 2;
		argv += 2;
	}
	if (argc < 2)
		return 2;
	arg.vf = parse_bdf(argv[1]);
	if (argc > 2)
		copy_text(arg.reason, sizeof(arg.reason), argv[2]);
	return call(KVMSHARE_VF_QUARANTINE, &arg, "quarantine");
}

static int do_quota(int argc, char **argv)
{
	struct kvmshare_vf_quota arg = { .size = sizeof(arg) };
	int opt;

	while ((opt = getopt(argc, argv, "+nu:t:")) != -1) {
		if (opt == 'n')
			arg.flags = KVMSHARE_QUOTA_NONE;
		else if (opt == 'u')
			arg.uid = strtoul(optarg, NULL, 0);
		else if (opt == 't')
			copy_text(arg.tenant, sizeof(arg.tenant), optarg);
		else
			return 2;
	}
	if (optind < argc)
		arg.max = strtoul(argv[optind], NULL, 0);
	return call(KVMSHARE_VF_QUOTA, &arg, "quota");
}

static int do_history(int argc, char **argv)
{
	static struct kvmshare_vf_record records[KVMSHARE_MAX_RECORDS];
	struct kvmshare_vf_history arg = {
		.size = sizeof(arg), .vf = KVMSHARE_BDF_ANY, .count = KVMSHARE_MAX_RECORDS,
		.records = (unsigned long)records,
	};
	unsigned int i;

	if (argc > 1)
		arg.vf = parse_bdf(argv[1]);
	if (argc > 2)
		arg.after = strtoull(argv[2], NULL, 0);
	if (call(KVMSHARE_VF_HISTORY, &arg, "history"))
		return 1;
	for (i = 0; i < arg.count; i++) {
		const struct kvmshare_vf_record *r = &records[i];

		printf("seq %llu lease %llu generation %llu vf %s pf %s pid %d uid %u reset %d state %u end %u leased_ms %llu held_ms %llu return_ms %llu comm %s tenant %s\n",
		       r->seq, r->lease, r->generation, bdf_text(r->bdf), bdf_text(r->pf),
		       r->pid, r->uid, r->reset, r->state, r->end, r->leased_ns / 1000000,
		       r->held_ns / 1000000, r->return_ns / 1000000, r->comm, r->tenant);
	}
	return 0;
}

static int do_events(int argc, char **argv)
{
	static const char *const names[KVMSHARE_EVENT_NR] = {
		"lost", "vm-new", "vm-gone", "vm-set", "lease-new", "lease-end",
		"lease-owner", "lease-revoke", "lease-touched", "vf-state", "pf",
	};
	struct kvmshare_events arg = { .size = sizeof(arg) };
	struct kvmshare_event event;
	int left = argc > 1 ? atoi(argv[1]) : 1;

	if (call(KVMSHARE_EVENTS, &arg, "events"))
		return 1;
	printf("ready\n");
	fflush(stdout);
	while (left-- && read(arg.fd, &event, sizeof(event)) == sizeof(event)) {
		printf("%s id %llu value %llu bdf %s\n",
		       event.type < KVMSHARE_EVENT_NR ? names[event.type] : "unknown",
		       event.id, event.value, bdf_text(event.bdf));
		fflush(stdout);
	}
	return 0;
}

static int do_raw(int argc, char **argv)
{
	unsigned char buffer[4096] = "";
	unsigned int i, byte;

	if (argc < 3)
		return 2;
	*(unsigned int *)buffer = strtoul(argv[2], NULL, 0);
	for (i = 0; argc > 3 && sscanf(argv[3] + 2 * i, "%2x", &byte) == 1; i++)
		buffer[4 + i] = byte;
	return call(_IOC(_IOC_READ | _IOC_WRITE, KVMSHARE_IOC, strtoul(argv[1], NULL, 0), 8),
		    buffer, "raw");
}

/* -- A lessee -------------------------------------------------------------- */

/* What it does with what it got. */
struct manners {
	int open;		/* have the VFs open in VFIO, as a VMM has */
	int helper;		/* leave a child that inherited all of it */
	int pass;		/* leave a child that inherited the lease alone */
	int close;		/* close the lease */
	int watch;		/* print what poll() says of the lease */
	int wait_open;		/* open only when told by a line on the input */
	int forever;		/* do not end with the input */
	char *then;		/* become this command */
};

static void lease_options(void)
{
	fputs("lease [-n COUNT] [-c CLASS/MASK]... [-p PF] [-v VF] [-i VENDOR:DEVICE]\n"
	      "      [-N NODE] [-S] [-P] [-w] [-u UID] [-t TENANT]\n"
	      "      [-O] open in VFIO      [-H] and leave a helper that holds it\n"
	      "      [-F] leave a child that inherited the lease   [-C] close it\n"
	      "      [-W] print poll()      [-L] open when a line comes\n"
	      "      [-D] do not end with the input    [-x COMMAND] become it\n", stderr);
}

static void wait_for_input(int forever)
{
	char byte;

	while (forever || read(0, &byte, 1) > 0)
		if (forever)
			pause();
}

static void leave_child(const char *what, int forget)
{
	int pid;

	/* Printed by each only once. */
	fflush(stdout);
	pid = fork();
	if (pid) {
		printf("%s %d\n", what, pid);
		return;
	}
	if (forget >= 0)
		close(forget);
	prctl(PR_SET_PDEATHSIG, 0);
	for (;;)
		pause();
}

static void print_poll(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLPRI };

	printf("polling\n");
	fflush(stdout);
	while (poll(&poller, 1, -1) > 0) {
		printf("poll%s%s\n", poller.revents & POLLPRI ? " pri" : "",
		       poller.revents & POLLHUP ? " hup" : "");
		fflush(stdout);
		if (poller.revents & POLLHUP)
			return;
		/* Level triggered: from now on only the end is news. */
		poller.events = 0;
	}
}

static int behave(const struct manners *m, const struct kvmshare_vf_lease *arg,
		  const struct kvmshare_vf *vfs)
{
	char line[16];

	if (m->pass)
		leave_child("child", -1);
	if (m->wait_open && !fgets(line, sizeof(line), stdin))
		return 1;
	if ((m->open || m->wait_open) && open_vfs(vfs, arg->count))
		return 1;
	if (m->helper)
		leave_child("helper", arg->fd);
	if (m->close)
		close(arg->fd);
	printf("ready\n");
	fflush(stdout);
	if (m->watch)
		print_poll(arg->fd);
	if (m->then) {
		fcntl(arg->fd, F_SETFD, 0);
		execl("/bin/sh", "sh", "-c", m->then, (char *)NULL);
		return 127;
	}
	wait_for_input(m->forever);
	return 0;
}

static void print_lease(const struct kvmshare_vf_lease *arg, const struct kvmshare_vf *vfs)
{
	unsigned int i;

	printf("lease %llu fd %d pid %d\n", arg->id, arg->fd, getpid());
	for (i = 0; i < arg->count; i++)
		printf("vf %s pf %s index %u group %u generation %llu node %d class %06x id %04x:%04x\n",
		       bdf_text(vfs[i].bdf), bdf_text(vfs[i].pf), vfs[i].index,
		       vfs[i].iommu_group, vfs[i].generation, vfs[i].node, vfs[i].class_code,
		       vfs[i].vendor, vfs[i].device);
	fflush(stdout);
}

static void on_signal(int signal)
{
	(void)signal;
}

static int do_lease(int argc, char **argv)
{
	struct kvmshare_vf vfs[KVMSHARE_MAX_VFS] = { 0 };
	struct kvmshare_vf_lease arg = {
		.size = sizeof(arg), .count = 1, .pf = KVMSHARE_BDF_ANY,
		.vf = KVMSHARE_BDF_ANY, .node = -1, .vfs = (unsigned long)vfs,
	};
	struct sigaction action = { .sa_handler = on_signal };
	struct manners m = { 0 };
	unsigned int a, b;
	int opt;

	while ((opt = getopt(argc, argv, "+n:c:p:v:i:N:SPwu:t:OHFCWLDx:")) != -1) {
		switch (opt) {
		case 'n':
			arg.count = strtoul(optarg, NULL, 0);
			break;
		case 'c':
			b = 0xffffff;
			if (sscanf(optarg, "%x/%x", &a, &b) < 1 ||
			    arg.nr_classes == KVMSHARE_MAX_CLASSES)
				return 2;
			arg.classes[arg.nr_classes].value = a;
			arg.classes[arg.nr_classes++].mask = b;
			break;
		case 'p':
			arg.pf = parse_bdf(optarg);
			break;
		case 'v':
			arg.vf = parse_bdf(optarg);
			break;
		case 'i':
			if (sscanf(optarg, "%x:%x", &a, &b) != 2)
				return 2;
			arg.vendor = a;
			arg.device = b;
			break;
		case 'N':
			arg.node = atoi(optarg);
			break;
		case 'S':
			arg.flags |= KVMSHARE_LEASE_STRICT_NODE;
			break;
		case 'P':
			arg.flags |= KVMSHARE_LEASE_PACK;
			break;
		case 'w':
			arg.flags |= KVMSHARE_LEASE_WAIT;
			break;
		case 'u':
			arg.flags |= KVMSHARE_LEASE_UID;
			arg.uid = strtoul(optarg, NULL, 0);
			break;
		case 't':
			copy_text(arg.tenant, sizeof(arg.tenant), optarg);
			break;
		case 'O':
			m.open = 1;
			break;
		case 'H':
			m.open = m.helper = 1;
			break;
		case 'F':
			m.pass = 1;
			break;
		case 'C':
			m.close = 1;
			break;
		case 'W':
			m.watch = 1;
			break;
		case 'L':
			m.wait_open = 1;
			break;
		case 'D':
			m.forever = 1;
			break;
		case 'x':
			m.then = optarg;
			break;
		default:
			lease_options();
			return 2;
		}
	}
	/* So that a test can interrupt a wait and see what it returns. */
	sigaction(SIGUSR1, &action, NULL);
	if (call(KVMSHARE_VF_LEASE, &arg, "lease"))
		return 1;
	print_lease(&arg, vfs);
	return behave(&m, &arg, vfs);
}

static int do_hold(int argc, char **argv)
{
	struct kvmshare_vf vf = { 0 };

	if (argc != 3)
		return 2;
	vf.iommu_group = strtoul(argv[1], NULL, 0);
	vf.bdf = parse_bdf(argv[2]);
	if (open_vfs(&vf, 1))
		return 1;
	printf("ready\n");
	fflush(stdout);
	wait_for_input(1);
	return 0;
}

/* -- Verbs ----------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{ "enrol", do_enrol },
	{ "out", do_enrol },
	{ "release", do_release },
	{ "handover", do_handover },
	{ "cleaned", do_cleaned },
	{ "quarantine", do_quarantine },
	{ "quota", do_quota },
	{ "history", do_history },
	{ "events", do_events },
	{ "raw", do_raw },
	{ "lease", do_lease },
	{ "hold", do_hold },
};

int main(int argc, char **argv)
{
	unsigned int i;
	int rc;

	device = open("/dev/kvmshare", O_RDWR | O_CLOEXEC);
	if (device < 0) {
		fprintf(stderr, "/dev/kvmshare: %s\n", strerrorname_np(errno));
		return 1;
	}
	for (i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[1], verbs[i].name))
			continue;
		rc = verbs[i].run(argc - 1, argv + 1);
		if (rc == 2)
			fprintf(stderr, "vfctl %s: wrong use, see vfctl.c\n", argv[1]);
		return rc;
	}
	fputs("vfctl: no such verb, see vfctl.c\n", stderr);
	return 2;
}
