// SPDX-License-Identifier: GPL-2.0
#include "chain.h"
#include "le.h"

/**
 * chain_begin() - without pieces as yet
 * @chain: it
 * @head: its number in its ring
 */
void chain_begin(struct chain *chain, u16 head)
{
	chain->head = head;
	chain->outs = 0;
	chain->ins = 0;
	chain->piece = 0;
	chain->offset = 0;
	chain->left = 0;
	chain->room = 0;
}

/**
 * chain_add() - a piece
 * @chain: it
 * @at: where
 * @len: how long; nothing is added where that is 0
 * @in: the device writes it; after one of those only such come
 *
 * Return: 0, or -EINVAL.
 */
int chain_add(struct chain *chain, u64 at, u32 len, bool in)
{
	u32 nr = chain->outs + chain->ins;

	if (at + len < at || (chain->ins && !in))
		return -EINVAL;
	if (!len)
		return 0;
	if (nr == CHAIN_PIECES)
		return -EINVAL;
	chain->pieces[nr] = (struct piece) { .at = at, .len = len };
	if (in) {
		chain->ins++;
		chain->room += len;
	} else {
		chain->outs++;
		chain->left += len;
	}
	return 0;
}

/**
 * chain_read() - the next bytes that the driver wrote
 * @chain: it
 * @guest: whose
 * @to: where to
 * @len: how many
 *
 * Return: 0; -ENODATA where there are fewer; what @guest says.
 */
int chain_read(struct chain *chain, struct guest *guest, void *to, u32 len)
{
	u8 *byte = to;

	if (len > chain->left)
		return -ENODATA;
	chain->left -= len;
	while (len) {
		const struct piece *piece = &chain->pieces[chain->piece];
		u32 part = piece->len - chain->offset;
		int rc;

		if (part > len)
			part = len;
		rc = guest->read(guest, piece->at + chain->offset, byte, part);
		if (rc)
			return rc;
		byte += part;
		len -= part;
		chain->offset += part;
		if (chain->offset == piece->len) {
			chain->piece++;
			chain->offset = 0;
		}
	}
	return 0;
}

/**
 * chain_write() - the answer, from the first byte of what the device may write
 * @chain: it
 * @guest: whose
 * @from: where from
 * @len: how many bytes
 *
 * Return: 0; -ENOSPC where there is no room, with nothing written; what @guest says.
 */
int chain_write(const struct chain *chain, struct guest *guest, const void *from, u32 len)
{
	const struct piece *piece = &chain->pieces[chain->outs];
	const u8 *byte = from;

	if (len > chain->room)
		return -ENOSPC;
	for (; len; piece++) {
		u32 part = piece->len < len ? piece->len : len;
		int rc = guest->write(guest, piece->at, byte, part);

		if (rc)
			return rc;
		byte += part;
		len -= part;
	}
	return 0;
}
