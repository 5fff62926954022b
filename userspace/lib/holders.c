// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uapi/kvmshare.h>

#include "bdf.h"
#include "fs.h"
#include "holders.h"
#include "msg.h"
#include "parse.h"

#define GROUP_PREFIX	"/dev/vfio/"
#define DEVICE_LINK	"anon_inode:[vfio-device]"
#define SYSPATH_KEY	"vfio-device-syspath:"

struct walk {
	const char *root;
	void (*each)(const struct holder *holder, void *arg);
	void *arg;
	struct holder holder;	/* the process at hand */
	bool unknown;		/* a device of it that could not be told */
};

/* Later kernels say in fdinfo which device a descriptor is. */
static uint32_t device_of(const struct walk *walk, const char *fd)
{
	char text[4096];
	char *line, *end;
	uint32_t bdf;
	int len = fs_read_all(walk->root, fmt("/proc/%d/fdinfo/%s", walk->holder.pid, fd),
			      text, sizeof(text) - 1);

	if (len <= 0)
		return KVMSHARE_BDF_ANY;
	text[len] = '\0';
	line = strstr(text, SYSPATH_KEY);
	if (!line)
		return KVMSHARE_BDF_ANY;
	line[strcspn(line, "\n")] = '\0';
	end = strrchr(line, '/');
	return end && bdf_parse(end + 1, &bdf) ? bdf : KVMSHARE_BDF_ANY;
}

static void tell(struct walk *walk, int group, uint32_t bdf)
{
	walk->holder.group = group;
	walk->holder.bdf = bdf;
	walk->each(&walk->holder, walk->arg);
}

static int look_at_fd(const char *fd, void *arg)
{
	struct walk *walk = arg;
	char path[64], to[PATH_MAX];
	uint32_t group, bdf;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/fd/%s", walk->holder.pid, fd);
	len = readlink(fmt("%s%s", walk->root, path), to, sizeof(to) - 1);
	if (len < 0)
		return 0;
	to[len] = '\0';
	if (!strncmp(to, GROUP_PREFIX, strlen(GROUP_PREFIX)) &&
	    parse_u32(to + strlen(GROUP_PREFIX), 0, INT_MAX, &group)) {
		tell(walk, (int)group, KVMSHARE_BDF_ANY);
	} else if (!strcmp(to, DEVICE_LINK)) {
		bdf = device_of(walk, fd);
		if (bdf != KVMSHARE_BDF_ANY)
			tell(walk, -1, bdf);
		else
			walk->unknown = true;
	}
	return 0;
}

static int look_at_process(const char *name, void *arg)
{
	struct walk *walk = arg;
	struct stat owner;
	uint32_t pid;

	if (!parse_u32(name, 1, INT_MAX, &pid))
		return 0;
	walk->holder.pid = (pid_t)pid;
	walk->unknown = false;
	fs_read(walk->root, fmt("/proc/%u/comm", pid), walk->holder.comm,
		sizeof(walk->holder.comm));
	walk->holder.uid = stat(fmt("%s/proc/%u", walk->root, pid), &owner) ? 0 : owner.st_uid;
	fs_list(walk->root, fmt("/proc/%u/fd", pid), look_at_fd, walk);
	if (walk->unknown)
		tell(walk, -1, KVMSHARE_BDF_ANY);
	return 0;
}

int holders_each(const char *root, void (*each)(const struct holder *holder, void *arg),
		 void *arg)
{
	struct walk walk = { .root = root, .each = each, .arg = arg };

	return fs_list(root, "/proc", look_at_process, &walk);
}

struct wanted {
	uint32_t vf;
	int group;
	json_object *sure;
	json_object *maybe;
	pid_t last;	/* told already */
};

static void collect(const struct holder *holder, void *arg)
{
	struct wanted *wanted = arg;
	bool sure = (holder->group >= 0 && holder->group == wanted->group) ||
		    holder->bdf == wanted->vf;
	bool maybe = holder->group < 0 && holder->bdf == KVMSHARE_BDF_ANY;

	if (sure && wanted->last != holder->pid) {
		json_object_array_add(wanted->sure, printable_json(
			fmt("%s(%d)", holder->comm, holder->pid)));
		wanted->last = holder->pid;
	} else if (maybe) {
		json_object_array_add(wanted->maybe, printable_json(
			fmt("perhaps %s(%d)", holder->comm, holder->pid)));
	}
}

json_object *holders_of(uint32_t vf, int group)
{
	struct wanted wanted = {
		.vf = vf,
		.group = group,
		.sure = json_object_new_array(),
		.maybe = json_object_new_array(),
	};

	holders_each("", collect, &wanted);
	if (json_object_array_length(wanted.sure)) {
		json_object_put(wanted.maybe);
		return wanted.sure;
	}
	json_object_put(wanted.sure);
	return wanted.maybe;
}
