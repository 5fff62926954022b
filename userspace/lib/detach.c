// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <string.h>

#include "detach.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "-daemonize", "--daemonize", "--daemonize=yes": QEMU, its helpers, jailers. */
static bool is_daemonize(const char *word, size_t len)
{
	static const char name[] = "daemonize";
	size_t dashes = len && word[0] == '-' ? 1 : 0;

	if (dashes && len > 1 && word[1] == '-')
		dashes = 2;
	if (!dashes || len < dashes + strlen(name))
		return false;
	word += dashes;
	len -= dashes;
	return !strncmp(word, name, strlen(name)) &&
	       (len == strlen(name) || word[strlen(name)] == '=');
}

/* In a shell's script, any of its words. */
static bool script_daemonizes(const char *script)
{
	static const char between[] = " \t\n;&|()'\"`\\$";

	while (*script) {
		size_t len = strcspn(script, between);

		if (is_daemonize(script, len))
			return true;
		script += len;
		script += strspn(script, between);
	}
	return false;
}

static bool is_shell(const char *command)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ksh", "zsh", "busybox", "env" };

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (!strcmp(base_name(command), shells[i]))
			return true;
	return false;
}

/* Programs that start what they are given and leave; @option NULL: always. */
static const struct {
	const char *program;
	const char *option;
} leavers[] = {
	{ "setsid", "-f" },
	{ "setsid", "--fork" },
	{ "start-stop-daemon", "-b" },
	{ "start-stop-daemon", "--background" },
	{ "daemonize", NULL },
	{ "daemon", NULL },
	{ "screen", NULL },
	{ "tmux", NULL },
	{ "systemd-run", NULL },
};

static const char *find_leaver(char *const argv[])
{
	for (size_t i = 0; i < sizeof(leavers) / sizeof(leavers[0]); i++) {
		if (strcmp(base_name(argv[0]), leavers[i].program))
			continue;
		if (!leavers[i].option)
			return argv[0];
		for (char *const *arg = argv + 1; *arg; arg++)
			if (!strcmp(*arg, leavers[i].option))
				return *arg;
	}
	return NULL;
}

const char *detach_find(char *const argv[])
{
	bool shell;

	if (!argv[0])
		return NULL;
	shell = is_shell(argv[0]);
	for (char *const *arg = argv + 1; *arg; arg++)
		if (is_daemonize(*arg, strlen(*arg)) || (shell && script_daemonizes(*arg)))
			return *arg;
	return find_leaver(argv);
}
