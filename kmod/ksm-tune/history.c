// SPDX-License-Identifier: GPL-2.0
#include "history.h"

#define NS_PER_SECOND	1000000000ULL

static struct history_row *last_row(struct history *history)
{
	return history->nr ? &history->rows[(history->nr - 1) % HISTORY_ROWS] : NULL;
}

static struct history_row *begin_row(struct history *history, u64 minute,
				     const struct history_sample *before)
{
	struct history_row *row = &history->rows[history->nr % HISTORY_ROWS];

	*row = (struct history_row){ .minute = minute, .available = ~0ULL, .first = *before };
	history->nr++;
	return row;
}

/**
 * history_add() - a window is over
 * @history: it
 * @second: since boot; never less than before
 * @sample: of the window
 */
void history_add(struct history *history, u64 second, const struct history_sample *sample)
{
	struct history_row *row = last_row(history);
	u64 minute = second / HISTORY_SECONDS;

	if (!row || row->minute != minute)
		row = begin_row(history, minute, row ? &row->last : sample);
	row->last = *sample;
	if (sample->available < row->available)
		row->available = sample->available;
}

u32 history_count(const struct history *history)
{
	return history->nr < HISTORY_ROWS ? (u32)history->nr : HISTORY_ROWS;
}

/**
 * history_row() - a row
 * @history: it
 * @nr: below history_count(); 0 is the oldest
 *
 * Return: it.
 */
const struct history_row *history_row(const struct history *history, u32 nr)
{
	return &history->rows[(history->nr - history_count(history) + nr) % HISTORY_ROWS];
}

/* Of a row's time, what so many nanoseconds are. */
u32 history_permille(u64 ns)
{
	return (u32)(ns / (HISTORY_SECONDS * NS_PER_SECOND / 1000));
}
