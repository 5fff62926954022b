/* SPDX-License-Identifier: GPL-2.0 */
/* What of the kernel's mode setting is used, for a program that shows one buffer. */
#ifndef KMS_H
#define KMS_H

#include <linux/ioctl.h>
#include <linux/types.h>

struct kms_dumb {
	__u32 height, width, bpp, flags;
	__u32 handle, pitch;
	__u64 size;
};

struct kms_map {
	__u32 handle, pad;
	__u64 offset;
};

struct kms_fb {
	__u32 id, width, height, pitch, bpp, depth, handle;
};

struct kms_clip {
	__u16 x1, y1, x2, y2;
};

struct kms_dirty {
	__u32 fb, flags, color, nr_clips;
	__u64 clips;
};

struct kms_resources {
	__u64 fbs, crtcs, connectors, encoders;
	__u32 nr_fbs, nr_crtcs, nr_connectors, nr_encoders;
	__u32 min_width, max_width, min_height, max_height;
};

struct kms_mode {
	__u32 clock;
	__u16 hdisplay, hsync_start, hsync_end, htotal, hskew;
	__u16 vdisplay, vsync_start, vsync_end, vtotal, vscan;
	__u32 vrefresh, flags, type;
	char name[32];
};

struct kms_connector {
	__u64 encoders, modes, props, values;
	__u32 nr_modes, nr_props, nr_encoders;
	__u32 encoder, id, type, type_id;
	__u32 connection, mm_width, mm_height, subpixel, pad;
};

struct kms_crtc {
	__u64 connectors;
	__u32 nr_connectors, id, fb, x, y, gamma, mode_valid;
	struct kms_mode mode;
};

#define KMS_RESOURCES	_IOWR('d', 0xa0, struct kms_resources)
#define KMS_SET_CRTC	_IOWR('d', 0xa2, struct kms_crtc)
#define KMS_CONNECTOR	_IOWR('d', 0xa7, struct kms_connector)
#define KMS_ADD_FB	_IOWR('d', 0xae, struct kms_fb)
#define KMS_DIRTY	_IOWR('d', 0xb1, struct kms_dirty)
#define KMS_DUMB	_IOWR('d', 0xb2, struct kms_dumb)
#define KMS_MAP		_IOWR('d', 0xb3, struct kms_map)

#endif
