// SPDX-License-Identifier: GPL-2.0
/* eBPF for the monitors; Secure Boot and signatures for the modules. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "../lib/fs.h"
#include "../lib/msg.h"

#define SECURE_BOOT	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static void look_bpf(struct checkup *c)
{
	char text[256];

	if (!fs_exists(c->root, "/sys/kernel/btf/vmlinux"))
		check_warn(c, "boot a kernel with CONFIG_DEBUG_INFO_BTF",
			   "the kernel does not describe its types (BTF): no monitors");
	else
		check_ok(c, "the kernel describes its types (BTF)");
	if (fs_read(c->root, "/sys/kernel/security/lsm", text, sizeof(text)) < 0)
		check_warn(c, "mount -t securityfs none /sys/kernel/security",
			   "the list of security modules cannot be read");
	else if (strstr(text, "bpf"))
		check_ok(c, "BPF LSM is on");
	else
		check_warn(c, fmt("add lsm=%s,bpf to the kernel's command line; reboot", text),
			   "BPF LSM is off: profiles can be watched, not enforced");
}

static bool secure_boot(const char *root)
{
	unsigned char value[5];

	/* Four bytes of attributes, then the value. */
	return fs_read_all(root, SECURE_BOOT, value, sizeof(value)) == 5 && value[4] == 1;
}

static bool must_be_signed(const char *root)
{
	char text[128] = "";

	if (fs_read(root, "/sys/module/module/parameters/sig_enforce", text, sizeof(text)) > 0 &&
	    *text == 'Y')
		return true;
	return fs_read(root, "/sys/kernel/security/lockdown", text, sizeof(text)) > 0 &&
	       !strstr(text, "[none]");
}

static void look_signing(struct checkup *c)
{
	bool loaded = fs_exists(c->root, "/sys/module/kvmshare");

	if (!must_be_signed(c->root))
		check_ok(c, "Secure Boot is %s, and modules need no signature",
			 secure_boot(c->root) ? "on" : "off");
	else if (loaded)
		check_ok(c, "modules need a signature, and kvmshare's is known");
	else
		check_warn(c, "mokutil --import /var/lib/dkms/mok.pub; reboot, and confirm the key there",
			   "modules need a signature that this host knows, and DKMS's own key may not be among them");
}

const struct check check_security[] = {
	{ "eBPF", false, look_bpf },
	{ "module signatures", false, look_signing },
	{ NULL, false, NULL }
};
