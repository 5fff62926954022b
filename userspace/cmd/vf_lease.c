// SPDX-License-Identifier: GPL-2.0
/* kvmshare vf lease, release, handover. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "vf_common.h"
#include "../lib/bdf.h"
#include "../lib/ctl.h"
#include "../lib/out.h"
#include "../lib/parse.h"

/* -- Lease ------------------------------------------------------------------ */

static void print_leases(const struct lease *leases, int nr)
{
	char name[BDF_LEN];

	for (int i = 0; i < nr; i++) {
		if (out_is_json()) {
			out_line(vf_lease_json(&leases[i]), NULL);
			continue;
		}
		for (uint32_t v = 0; v < leases[i].nr; v++) {
			bdf_format(leases[i].vfs[v].bdf, name);
			out_line(NULL, fmt("lease %" PRIu64 ": VF %s, IOMMU group %u (/dev/vfio/%u), generation %" PRIu64,
					   leases[i].id, name, leases[i].vfs[v].iommu_group,
					   leases[i].vfs[v].iommu_group,
					   (uint64_t)leases[i].vfs[v].generation));
		}
	}
}

static int stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* What the descriptor of a lease says; true where the lease has ended. */
static bool told(struct pollfd *poller, const struct lease *lease)
{
	if (poller->revents & POLLHUP) {
		msg_note("lease %" PRIu64 ": it has ended, or was handed over", lease->id);
		poller->fd = -1;
		return true;
	}
	if (poller->revents & POLLPRI) {
		msg_note("lease %" PRIu64 ": a VF of it is being removed, or its driver was changed",
			 lease->id);
		poller->events = 0;
	}
	return false;
}

/* End of file or a byte on standard input that is none. */
static bool input_ended(struct pollfd *poller)
{
	char drop[256];

	return poller->revents && read(poller->fd, drop, sizeof(drop)) <= 0;
}

static void hold(const struct lease *leases, int nr, int signals)
{
	struct pollfd pollers[VF_MAX_SPECS + 2];
	int left = nr;

	pollers[nr] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	pollers[nr + 1] = (struct pollfd){ .fd = signals, .events = POLLIN };
	for (int i = 0; i < nr; i++)
		pollers[i] = (struct pollfd){ .fd = leases[i].fd, .events = POLLPRI };
	while (left) {
		if (poll(pollers, (nfds_t)nr + 2, -1) < 0)
			continue;
		for (int i = 0; i < nr; i++)
			left -= told(&pollers[i], &leases[i]);
		if (pollers[nr + 1].revents || input_ended(&pollers[nr]))
			return;
	}
}

int cmd_vf_lease(const struct cmd_line *line)
{
	struct vf_spec specs[VF_MAX_SPECS];
	struct lease leases[VF_MAX_SPECS];
	struct lease_terms terms;
	int code, nr, signals;

	if (vf_parse_terms(line, &terms))
		return EXIT_USAGE;
	nr = vf_parse_specs(line, specs);
	if (nr < 0)
		return EXIT_USAGE;
	if (!nr)
		return cmd_usage(line, "vf lease", "nothing is asked for: give --vf or --for");
	code = lease_take_all(specs, nr, &terms, leases);
	if (code)
		return code;
	signals = stop_signals();
	if (signals < 0) {
		code = FAIL(EXIT_FAILED, .object = "vf lease", .reason = strerror(errno),
			    .kept = "what was leased is given back");
	} else {
		print_leases(leases, nr);
		hold(leases, nr, signals);
		close(signals);
	}
	for (int i = 0; i < nr; i++)
		lease_drop(&leases[i]);
	return code;
}

/* -- Release ---------------------------------------------------------------- */

int cmd_vf_release(const struct cmd_line *line)
{
	struct kvmshare_vf_release arg = { .size = sizeof(arg) };
	uint64_t id;
	int err;

	if (vf_parse_lease(line, line->args[0], &id))
		return EXIT_USAGE;
	arg.id = id;
	err = ctl_call(KVMSHARE_VF_RELEASE, &arg);
	return err ? ctl_fail(KVMSHARE_VF_RELEASE, err, fmt("lease %" PRIu64, id)) : EXIT_OK;
}

/* -- Handover --------------------------------------------------------------- */

static bool has_ended(int pidfd)
{
	struct pollfd poller = { .fd = pidfd, .events = POLLIN };

	return poll(&poller, 1, 0) != 0;
}

/*
 * The call names a pid, and a pid can be another process's by then: the pidfd
 * of before tells afterwards whether it was. Then that one must not keep it,
 * and the process that was meant has ended, so the lease would have too.
 */
static int hand_over(uint64_t id, uint32_t pid, int pidfd, const char *object)
{
	struct kvmshare_vf_handover arg = { .size = sizeof(arg), .id = id, .pid = (int32_t)pid };
	struct kvmshare_vf_release back = { .size = sizeof(back), .id = id };
	int err = ctl_call(KVMSHARE_VF_HANDOVER, &arg);

	if (err)
		return ctl_fail(KVMSHARE_VF_HANDOVER, err, object);
	if (!has_ended(pidfd))
		return EXIT_OK;
	ctl_call(KVMSHARE_VF_RELEASE, &back);
	return FAIL(EXIT_FAILED, .object = object,
		    .reason = fmt("process %u ended meanwhile, and the lease with it", pid),
		    .remedy = "lease anew: kvmshare vf lease");
}

int cmd_vf_handover(const struct cmd_line *line)
{
	const char *object;
	uint64_t id;
	uint32_t pid;
	int pidfd, code;

	if (vf_parse_lease(line, line->args[0], &id))
		return EXIT_USAGE;
	if (!parse_u32(line->args[1], 1, INT32_MAX, &pid))
		return cmd_usage(line, line->args[1], "it must be a process's number");
	object = fmt("lease %" PRIu64, id);
	pidfd = pidfd_open((pid_t)pid, 0);
	if (pidfd < 0)
		return FAIL(EXIT_FAILED, .object = object,
			    .reason = errno == ESRCH ? fmt("there is no process %u", pid) :
				      errno == EINVAL ? fmt("%u is a thread, not a process", pid) :
				      strerror(errno),
			    .kept = "it stays with its present owner");
	code = hand_over(id, pid, pidfd, object);
	close(pidfd);
	return code;
}
