/* SPDX-License-Identifier: GPL-2.0 */
/* What a libvirt domain's XML says that matters here. */
#ifndef KVMSHARE_LIBVIRT_DOMXML_H
#define KVMSHARE_LIBVIRT_DOMXML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uapi/kvmshare.h>

#define DOMXML_MAX_DEVICES	KVMSHARE_MAX_VFS
#define DOMXML_UUID_LEN		37
#define DOMXML_ERROR_LEN	128

/**
 * struct domxml_device - a PCI function that is passed through
 * @bdf: its address
 * @managed: libvirt is to change its driver
 */
struct domxml_device {
	uint32_t bdf;
	bool managed;
};

/**
 * struct domxml - a domain
 * @uuid: empty where there is none
 * @tenant: of <kvmshare:guest tenant='...'/> in its metadata, or empty
 * @nr: entries of @devices
 * @devices: of <hostdev type='pci'> and <interface type='hostdev'>
 */
struct domxml {
	char uuid[DOMXML_UUID_LEN];
	char tenant[KVMSHARE_NAME_LEN];
	size_t nr;
	struct domxml_device devices[DOMXML_MAX_DEVICES];
};

/* 0, or -EINVAL with a sentence in @error. @xml is NUL-terminated. */
int domxml_parse(const char *xml, struct domxml *domain, char error[DOMXML_ERROR_LEN]);

#endif
