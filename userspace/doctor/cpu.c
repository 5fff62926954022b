// SPDX-License-Identifier: GPL-2.0
/* KVM, nested paging, and how KVM guards against the CPU's own faults. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "../lib/fs.h"
#include "../lib/msg.h"

static bool has_flag(const char *root, const char *flag)
{
	static char text[256 * 1024];
	int len = fs_read_all(root, "/proc/cpuinfo", text, sizeof(text) - 1);
	char *flags;

	if (len <= 0)
		return false;
	text[len] = '\0';
	flags = strstr(text, "\nflags");
	if (!flags)
		return false;
	flags++;
	flags[strcspn(flags, "\n")] = '\0';
	for (char *word = strtok(flags, " \t:"); word; word = strtok(NULL, " \t:"))
		if (!strcmp(word, flag))
			return true;
	return false;
}

static void look_kvm(struct checkup *c)
{
	bool amd = has_flag(c->root, "svm");
	bool intel = has_flag(c->root, "vmx");

	if (fs_exists(c->root, "/dev/kvm"))
		check_ok(c, "/dev/kvm is there (%s)", amd ? "AMD" : intel ? "Intel" : "other");
	else if (amd || intel)
		check_missing(c, fmt("modprobe kvm_%s", amd ? "amd" : "intel"),
			      "the CPU can, but /dev/kvm is not there");
	else
		check_missing(c, "turn virtualization (SVM or VT-x) on in the firmware's setup",
			      "the CPU does not offer virtualization");
}

static void look_nested_paging(struct checkup *c)
{
	static const struct {
		const char *file;
		const char *module;
		const char *name;
	} kinds[] = {
		{ "/sys/module/kvm_amd/parameters/npt", "kvm_amd", "npt" },
		{ "/sys/module/kvm_intel/parameters/ept", "kvm_intel", "ept" },
	};
	char value[8];

	for (size_t i = 0; i < 2; i++) {
		if (fs_read(c->root, kinds[i].file, value, sizeof(value)) < 0)
			continue;
		if (*value == 'Y' || *value == '1')
			check_ok(c, "on (%s)", kinds[i].name);
		else
			check_warn(c, fmt("modprobe -r %s; modprobe %s %s=1", kinds[i].module,
					  kinds[i].module, kinds[i].name),
				   "off: every guest page fault costs an exit");
		return;
	}
	check_warn(c, "load KVM first", "not known: neither kvm_amd nor kvm_intel is loaded");
}

static int tell_vulnerable(const char *name, void *arg)
{
	struct checkup *c = arg;
	char text[256];

	if (fs_read(c->root, fmt("/sys/devices/system/cpu/vulnerabilities/%s", name),
		    text, sizeof(text)) < 0)
		return 0;
	if (strncmp(text, "Vulnerable", 10) && !strstr(text, "KVM: Vulnerable"))
		return 0;
	check_warn(c, "update the firmware and microcode, and take mitigations= off the kernel's command line",
		   "%s: %s", name, text);
	return 0;
}

static void look_mitigations(struct checkup *c)
{
	size_t before = json_object_array_length(c->rows);
	int err = fs_list(c->root, "/sys/devices/system/cpu/vulnerabilities", tell_vulnerable, c);

	if (err < 0)
		check_warn(c, NULL, "the kernel does not tell");
	else if (json_object_array_length(c->rows) == before)
		check_ok(c, "no known fault of the CPU is left open");
}

static void look_l1d(struct checkup *c)
{
	char value[32];

	if (fs_read(c->root, "/sys/module/kvm_intel/parameters/vmentry_l1d_flush",
		    value, sizeof(value)) < 0)
		return;
	if (!strcmp(value, "never"))
		check_warn(c, "take kvm_intel.vmentry_l1d_flush=never off, unless the CPU is not affected",
			   "L1D is never flushed before a guest runs");
	else
		check_ok(c, "L1D flush before a guest runs: %s", value);
}

const struct check check_cpu[] = {
	{ "KVM", true, look_kvm },
	{ "nested paging", false, look_nested_paging },
	{ "CPU faults", false, look_mitigations },
	{ "KVM mitigations", false, look_l1d },
	{ NULL, false, NULL }
};
