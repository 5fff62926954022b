// SPDX-License-Identifier: GPL-2.0
#include "ring.h"
#include "spec.h"

/* Descriptors of an indirect table that are read at once. */
#define TABLE_PART	32U

static u64 avail_index(const struct ring *ring)
{
	return ring->avail + 2;
}

static u64 avail_entry(const struct ring *ring, u16 index)
{
	return ring->avail + 4 + 2 * (u64)(index % ring->size);
}

/* What the driver says it wants to hear of, with VIRTIO_F_RING_EVENT_IDX. */
static u64 used_event(const struct ring *ring)
{
	return ring->avail + 4 + 2 * (u64)ring->size;
}

static u64 used_index(const struct ring *ring)
{
	return ring->used + 2;
}

static u64 used_entry(const struct ring *ring, u16 index)
{
	return ring->used + 4 + 8 * (u64)(index % ring->size);
}

/* The same, of what the device wants to hear of. */
static u64 avail_event(const struct ring *ring)
{
	return ring->used + 4 + 8 * (u64)ring->size;
}

/*
 * The driver writes them meanwhile: two bytes may be read one before and one after that,
 * and eight that are aligned are not, see struct guest.
 */
static int read_16(struct guest *guest, u64 at, u16 *value)
{
	u64 from = at / 8 * 8;
	u8 bytes[8];
	int rc = guest->read(guest, from, bytes, sizeof(bytes));

	*value = rc ? 0 : (u16)le_get(bytes + (at - from), 2);
	return rc;
}

static int write_16(struct guest *guest, u64 at, u16 value)
{
	u8 bytes[2];

	le_put(bytes, sizeof(bytes), value);
	return guest->write(guest, at, bytes, sizeof(bytes));
}

/* -- What the driver makes available ---------------------------------------- */

struct desc {
	u64 at;
	u32 len;
	u16 flags;
	u16 next;
};

static struct desc decode_desc(const struct vring_desc *from)
{
	return (struct desc) {
		.at = LE_GET64(from, addr),
		.len = LE_GET32(from, len),
		.flags = (u16)LE_GET32(from, flags),
		.next = (u16)LE_GET32(from, next),
	};
}

static int add_desc(struct chain *chain, const struct desc *desc)
{
	return chain_add(chain, desc->at, desc->len, desc->flags & VRING_DESC_F_WRITE);
}

/*
 * The table is read from its beginning to its end, each part of it once.  The driver
 * may link it in any order: Linux does so in that of the table, and nobody else's is
 * taken, or it would have to be held in memory as a whole.
 */
static int add_table(struct chain *chain, struct guest *guest, const struct desc *table)
{
	u32 nr = table->len / sizeof(struct vring_desc), i = 0;
	struct vring_desc part[TABLE_PART];

	if (!nr || table->len % sizeof(struct vring_desc) || nr > CHAIN_PIECES ||
	    table->at + table->len < table->at)
		return -EINVAL;
	for (i = 0; i < nr; i++) {
		struct desc desc;
		int rc = 0;

		if (i % TABLE_PART == 0)
			rc = guest->read(guest, table->at + i * sizeof(*part), part,
					 sizeof(*part) *
					 (nr - i < TABLE_PART ? nr - i : TABLE_PART));
		if (rc)
			return rc;
		desc = decode_desc(&part[i % TABLE_PART]);
		if (desc.flags & VRING_DESC_F_INDIRECT)
			return -EINVAL;
		rc = add_desc(chain, &desc);
		if (rc || !(desc.flags & VRING_DESC_F_NEXT))
			return rc;
		if (desc.next != i + 1)
			return -EINVAL;
	}
	return -EINVAL;
}

static int add_all(struct ring *ring, struct guest *guest, struct chain *chain)
{
	u16 index = chain->head, left;

	for (left = ring->size; left; left--) {
		struct vring_desc raw;
		struct desc desc;
		int rc;

		if (index >= ring->size)
			return -EINVAL;
		rc = guest->read(guest, ring->desc + index * sizeof(raw), &raw, sizeof(raw));
		if (rc)
			return rc;
		desc = decode_desc(&raw);
		if (desc.flags & VRING_DESC_F_INDIRECT)
			return desc.flags & VRING_DESC_F_NEXT ? -EINVAL :
								add_table(chain, guest, &desc);
		rc = add_desc(chain, &desc);
		if (rc || !(desc.flags & VRING_DESC_F_NEXT))
			return rc;
		index = desc.next;
	}
	/* It goes round. */
	return -EINVAL;
}

/**
 * ring_pop() - take what the driver made available
 * @ring: it
 * @guest: whose
 * @chain: out: the request
 *
 * Return: 1, or 0 where there is none; -EINVAL where the driver broke the rules, or
 * what @guest says: then the ring is broken.
 */
int ring_pop(struct ring *ring, struct guest *guest, struct chain *chain)
{
	u16 end, head;
	int rc;

	rc = read_16(guest, avail_index(ring), &end);
	if (rc)
		return rc;
	if (end == ring->seen)
		return 0;
	if ((u16)(end - ring->seen) > ring->size)
		return -EINVAL;
	rc = read_16(guest, avail_entry(ring, ring->seen), &head);
	if (rc)
		return rc;
	chain_begin(chain, head);
	rc = add_all(ring, guest, chain);
	if (rc)
		return rc;
	ring->seen++;
	return 1;
}

/* -- What the device has used ----------------------------------------------- */

/*
 * With what stands around the index, which is the device's own: the driver is to see it
 * change at once.  Where the ring is aligned less than any driver does it, it may not.
 */
static int write_used(struct ring *ring, struct guest *guest)
{
	u8 bytes[8];

	if (ring->used % sizeof(bytes))
		return write_16(guest, used_index(ring), ring->given);
	le_put(bytes, 2, ring->flags);
	le_put(bytes + 2, 2, ring->given);
	le_put(bytes + 4, 4, ring->first);
	return guest->write(guest, ring->used, bytes, sizeof(bytes));
}

/**
 * ring_push() - give a request back
 * @ring: it
 * @guest: whose
 * @head: the request's number
 * @written: how many bytes of it the device wrote
 *
 * Return: 0, or what @guest says.
 */
int ring_push(struct ring *ring, struct guest *guest, u16 head, u32 written)
{
	u8 entry[8];
	int rc;

	le_put(entry, 4, head);
	le_put(entry + 4, 4, written);
	rc = guest->write(guest, used_entry(ring, ring->given), entry, sizeof(entry));
	if (rc)
		return rc;
	if (ring->given % ring->size == 0)
		ring->first = head;
	ring->given++;
	return write_used(ring, guest);
}

/**
 * ring_told() - is the driver to be interrupted for what was given back since?
 * @ring: it
 * @guest: whose
 *
 * Return: 1 or 0, or what @guest says.
 */
int ring_told(struct ring *ring, struct guest *guest)
{
	u16 told = ring->told, value;
	int rc;

	if (told == ring->given)
		return 0;
	rc = read_16(guest, ring->event_idx ? used_event(ring) : ring->avail, &value);
	if (rc)
		return rc;
	ring->told = ring->given;
	if (!ring->event_idx)
		return !(value & VRING_AVAIL_F_NO_INTERRUPT);
	return vring_need_event(value, ring->given, told);
}

/* -- Kicks ------------------------------------------------------------------ */

/**
 * ring_ignore() - the driver need not kick, since the ring is looked at anyway
 * @ring: it
 * @guest: whose
 *
 * Return: 0, or what @guest says.
 */
int ring_ignore(struct ring *ring, struct guest *guest)
{
	/* With the index, it kicks for the one that was asked for last, and no other. */
	if (ring->event_idx)
		return 0;
	ring->flags = VRING_USED_F_NO_NOTIFY;
	return write_16(guest, ring->used, ring->flags);
}

/**
 * ring_listen() - it shall kick from now on
 * @ring: it
 * @guest: whose
 *
 * Return: 1 where something is available that it may not have kicked for, 0 where
 * nothing is; or what @guest says.
 */
int ring_listen(struct ring *ring, struct guest *guest)
{
	u16 end;
	int rc;

	ring->flags = 0;
	if (ring->event_idx)
		rc = write_16(guest, avail_event(ring), ring->seen);
	else
		rc = write_16(guest, ring->used, ring->flags);
	if (rc)
		return rc;
	rc = read_16(guest, avail_index(ring), &end);
	return rc ? rc : end != ring->seen;
}
