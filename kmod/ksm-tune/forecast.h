/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a series of samples, one a tick, will be a few ticks from now: pure, in
 * integers.
 *
 * Four predictors look at it: the last value again; its exponential average; its
 * damped trend (Holt, with the damping of Gardner and McKenzie, "Forecasting
 * trends in time series", 1985); and what it was at this time of yesterday.  Each
 * is scored by what it said a horizon ago against what came, and the one that
 * has been right lately is believed.  None is claimed to be better than the last
 * value beyond what forecast_gain() shows.
 */
#ifndef _KVMSHARE_MEM_FORECAST_H
#define _KVMSHARE_MEM_FORECAST_H

#include "../compat/types.h"

#define FORECAST_ONE		65536U		/* 1, in Q16.16 */
#define FORECAST_VALUE_MAX	(1ULL << 40)	/* larger samples are taken for this */
#define FORECAST_HORIZON_MAX	64
#define FORECAST_SLOTS		288		/* of a day: five minutes each */
#define FORECAST_NEVER		(~0U)

enum forecast_by {
	FORECAST_NAIVE,
	FORECAST_AVERAGE,
	FORECAST_TREND,
	FORECAST_YESTERDAY,
	FORECAST_NR
};

/**
 * struct forecast - a series
 * @horizon: how many ticks ahead the predictors are scored, 1 to FORECAST_HORIZON_MAX
 * @damp: Q16.16: how many times the trend the horizon is
 * @samples: how many there were
 * @last: Q16.16, as all values here
 * @average: exponential
 * @level: of the trend
 * @trend: a tick's
 * @day: what each slot's mean was the last time, in whole units
 * @known: bit by bit, whether it has been
 * @slot: the present one
 * @slot_sum: of its samples, in whole units
 * @slot_samples: how many
 * @said: by each predictor, of the next ticks, by when they come
 * @error: of each, an exponential average of what it was wrong by
 * @scored: how often
 * @best: the one that is believed
 */
struct forecast {
	u32 horizon;
	u32 damp;
	u64 samples;
	s64 last;
	s64 average;
	s64 level;
	s64 trend;
	u64 day[FORECAST_SLOTS];
	u8 known[FORECAST_SLOTS / 8];
	u32 slot;
	u64 slot_sum;
	u32 slot_samples;
	s64 said[FORECAST_HORIZON_MAX][FORECAST_NR];
	u64 error[FORECAST_NR];
	u64 scored;
	enum forecast_by best;
};

void forecast_start(struct forecast *forecast, u32 horizon);
void forecast_add(struct forecast *forecast, u64 value, u32 second_of_day);
u64 forecast_by(const struct forecast *forecast, enum forecast_by by);
u64 forecast_next(const struct forecast *forecast);
u32 forecast_gain(const struct forecast *forecast);
u32 forecast_ticks_to(const struct forecast *forecast, u64 floor);

#endif /* _KVMSHARE_MEM_FORECAST_H */
