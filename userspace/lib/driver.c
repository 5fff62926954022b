// SPDX-License-Identifier: GPL-2.0
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"
#include "fs.h"
#include "msg.h"

static bool is_there(const char *name)
{
	return fs_exists("", fmt("/sys/bus/pci/drivers/%s", name));
}

static void modprobe(const char *name)
{
	pid_t pid = fork();

	if (!pid) {
		execl("/sbin/modprobe", "modprobe", "-q", "--", name, NULL);
		_exit(1);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

bool driver_load(const char *name)
{
	if (!is_there(name))
		modprobe(name);
	return is_there(name);
}
