// SPDX-License-Identifier: GPL-2.0
#include "backing.h"
#include "le.h"

/**
 * backing_begin() - without a piece as yet
 * @backing: it
 * @spans: room for @room and one more
 * @room: how many pieces it may have
 */
void backing_begin(struct backing *backing, struct span *spans, u32 room)
{
	*backing = (struct backing) { .spans = spans, .room = room };
	spans[0] = (struct span) { 0 };
}

/**
 * backing_add() - a piece
 * @backing: it
 * @at: where in the guest's memory
 * @len: how many bytes; nothing is added where that is 0
 *
 * Return: 0, or -EINVAL.
 */
int backing_add(struct backing *backing, u64 at, u32 len)
{
	struct span *last = &backing->spans[backing->nr];

	if (at + len < at || backing->nr == backing->room)
		return -EINVAL;
	if (!len)
		return 0;
	backing->bits |= at | len;
	last->at = at;
	last[1] = (struct span) { .start = last->start + len };
	backing->nr++;
	return 0;
}

/* The piece that has the byte at @from, which is one of the backing's. */
static u32 find_span(const struct backing *backing, u64 from)
{
	u32 low = 0, high = backing->nr;

	while (high - low > 1) {
		u32 middle = low + (high - low) / 2;

		if (backing->spans[middle].start <= from)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/**
 * backing_read() - bytes of the resource, from the guest's memory
 * @backing: where it is
 * @guest: whose
 * @from: of the resource
 * @to: where to
 * @len: how many
 *
 * Return: 0; -ENODATA where it has fewer; what @guest says.
 */
int backing_read(const struct backing *backing, struct guest *guest, u64 from, void *to, u64 len)
{
	u64 bytes = backing_bytes(backing);
	const struct span *span;
	u8 *byte = to;

	if (from > bytes || len > bytes - from)
		return -ENODATA;
	if (!len)
		return 0;
	for (span = &backing->spans[find_span(backing, from)]; len; span++) {
		u64 part = span[1].start - from;
		int rc;

		if (part > len)
			part = len;
		rc = guest->read(guest, span->at + (from - span->start), byte, (u32)part);
		if (rc)
			return rc;
		byte += part;
		from += part;
		len -= part;
	}
	return 0;
}

/**
 * backing_read_rows() - rows of an image that is a resource
 * @backing: where it is
 * @guest: whose
 * @from: of the resource, where the first one begins
 * @to: likewise, where to
 * @row: bytes of each
 * @stride: from one to the next, there and here; at least @row
 * @rows: how many
 *
 * Return: as backing_read(); some may have been read.
 */
int backing_read_rows(const struct backing *backing, struct guest *guest, u64 from, u8 *to,
		      u64 row, u64 stride, u32 rows)
{
	/* Whole ones follow one another without a gap. */
	if (row == stride) {
		row *= rows;
		rows = !!row;
	}
	for (; rows; rows--, from += stride, to += stride) {
		int rc = backing_read(backing, guest, from, to, row);

		if (rc)
			return rc;
	}
	return 0;
}
