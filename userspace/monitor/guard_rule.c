// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "guard_rule.h"

const struct guard_word guard_words[GUARD_RULES] = {
	[GUARD_EXEC] = { "exec", "high", "T1611", "executes a program", { "inode" } },
	[GUARD_EXEC_GONE] = { "exec-gone", "high", "T1620", "executes what is in no directory", { "inode" } },
	[GUARD_MEMORY] = { "memory", "high", "T1055", "has its memory looked into by a stranger", { "target" } },
	[GUARD_TRACE] = { "trace", "high", "T1055.008", "gets at the memory of another process", { "target" } },
	[GUARD_SIGNAL] = { "signal", "medium", "T1489", "sends another process a signal", { "target", "signal" } },
	[GUARD_RIGHTS] = { "rights", "high", "T1548", "changes its user or capabilities", { "id", "kind" } },
	[GUARD_NAMESPACE] = { "namespace", "high", "T1611", "makes a user namespace", { NULL } },
	[GUARD_MOUNT] = { "mount", "high", "T1611", "mounts, moves or unmounts", { "flags", "kind" } },
	[GUARD_MODULE] = { "module", "high", "T1547.006", "loads code into the kernel", { "kind" } },
	[GUARD_BPF] = { "bpf", "high", "T1014", "uses bpf()", { "command" } },
	[GUARD_PERF] = { "perf", "medium", NULL, "uses perf_event_open()", { NULL } },
	[GUARD_WX] = { "wx", "high", "T1055", "has memory that is writable and executable", { "protection", "file" } },
	[GUARD_URING] = { "uring", "medium", NULL, "makes an io_uring", { NULL } },
	[GUARD_USERFAULT] = { "userfault", "medium", "T1068", "makes a userfaultfd", { NULL } },
	[GUARD_CONNECT] = { "connect", "medium", "T1071", "connects to a network address", { "family", "port" } },
	[GUARD_BIND] = { "bind", "medium", "T1571", "takes a network address", { "family", "port" } },
	[GUARD_NODE] = { "node", "high", "T1611", "makes a device node", { "major", "minor" } },
	[GUARD_DEVICE] = { "device", "medium", "T1006", "opens a device", { "major", "minor" } },
	[GUARD_SECOND_VM] = { "second-vm", "medium", NULL, "makes another VM", { NULL } },
	[GUARD_PASSED] = { "passed", "medium", NULL, "has its VM handed to a stranger", { NULL } },
	[GUARD_DIED] = { "died", "high", "T1203", "dies of a fault, or by its filter", { "signal" } },
	[GUARD_OPEN] = { "open", "medium", "T1005", "opens a file", { "access" } },
	[GUARD_BEGUN] = { "begun", "info", NULL, "makes its VM", { NULL } },
};

static const char *const actions[GUARD_ACTIONS] = {
	[GUARD_IGNORE] = "ignore",
	[GUARD_OBSERVE] = "observe",
	[GUARD_DENY] = "deny",
	[GUARD_KILL] = "kill",
};

static const char *const done[GUARD_ACTIONS] = {
	[GUARD_IGNORE] = "ignored",
	[GUARD_OBSERVE] = "seen",
	[GUARD_DENY] = "denied",
	[GUARD_KILL] = "killed",
};

int guard_rule_of(const char *name)
{
	for (int i = 0; i < GUARD_RULES; i++)
		if (!strcmp(guard_words[i].name, name))
			return i;
	return -1;
}

int guard_action_of(const char *name)
{
	for (int i = 0; i < GUARD_ACTIONS; i++)
		if (!strcmp(actions[i], name))
			return i;
	return -1;
}

const char *guard_action(__u32 action)
{
	return action < GUARD_ACTIONS ? actions[action] : "?";
}

const char *guard_done(__u32 action)
{
	return action < GUARD_ACTIONS ? done[action] : "?";
}
