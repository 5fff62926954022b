// SPDX-License-Identifier: GPL-2.0
#include "../vgpu/sched/math.h"
#include "forecast.h"

#define SHIFT		16
#define SECONDS_A_DAY	86400U

/* Q16.16: how much of a new sample enters. */
#define AVERAGE_RATE	(FORECAST_ONE / 4)
#define LEVEL_RATE	(FORECAST_ONE / 2)
#define TREND_RATE	(FORECAST_ONE / 8)
#define ERROR_RATE	(FORECAST_ONE / 64)

/* Of a trend, how much is left after a tick. */
#define DAMPING		(FORECAST_ONE - FORECAST_ONE / 64)

/* Of a series that falls evenly, what a tick takes over the trend, which is damped each tick. */
#define UNDAMPED	((FORECAST_ONE - DAMPING) * (FORECAST_ONE / TREND_RATE) + DAMPING)

/* Who is believed changes only for one that is better by a quarter. */
#define BETTER_BY	4

/* So many scores are worth nothing yet. */
#define SCORES_LEAST	8

/* -- Arithmetic -------------------------------------------------------------- */

/* @a times a Q16.16; with a division, since a shift would round below 0 otherwise than above. */
static s64 times(s64 a, u32 factor)
{
	s64 whole = a / (s64)FORECAST_ONE, rest = a % (s64)FORECAST_ONE;

	return whole * (s64)factor + rest * (s64)factor / (s64)FORECAST_ONE;
}

static s64 towards(s64 from, s64 to, u32 rate)
{
	return from + times(to - from, rate);
}

/* No series moves by more than its whole range in a tick. */
static s64 bounded(s64 value)
{
	s64 most = (s64)FORECAST_VALUE_MAX << SHIFT;

	return value > most ? most : value < -most ? -most : value;
}

static u64 distance(s64 a, s64 b)
{
	return a < b ? (u64)(b - a) : (u64)(a - b);
}

/* A prediction can be of anything; what is sampled cannot. */
static u64 whole(s64 value)
{
	u64 units = value < 0 ? 0 : (u64)value >> SHIFT;

	return units < FORECAST_VALUE_MAX ? units : FORECAST_VALUE_MAX;
}

/* -- The time of day ---------------------------------------------------------- */

static u32 slot_of(u32 second_of_day)
{
	return second_of_day % SECONDS_A_DAY / (SECONDS_A_DAY / FORECAST_SLOTS);
}

static bool is_known(const struct forecast *forecast, u32 slot)
{
	return forecast->known[slot / 8] & (1U << slot % 8);
}

static void close_slot(struct forecast *forecast)
{
	u32 slot = forecast->slot;

	if (!forecast->slot_samples)
		return;
	forecast->day[slot] = forecast->slot_sum / forecast->slot_samples;
	forecast->known[slot / 8] |= (u8)(1U << slot % 8);
	forecast->slot_sum = 0;
	forecast->slot_samples = 0;
}

static void enter_slot(struct forecast *forecast, u64 value, u32 second_of_day)
{
	u32 slot = slot_of(second_of_day);

	if (slot != forecast->slot)
		close_slot(forecast);
	forecast->slot = slot;
	forecast->slot_sum += value;
	forecast->slot_samples++;
}

/*
 * What yesterday went on with from here, from where it is today: the next slot is
 * what the horizon reaches into.  What yesterday was is not known for a day.
 */
static s64 yesterday(const struct forecast *forecast)
{
	u32 next = (forecast->slot + 1) % FORECAST_SLOTS;

	if (!is_known(forecast, forecast->slot) || !is_known(forecast, next))
		return forecast->last;
	return (s64)((forecast->day[forecast->slot] + forecast->day[next]) / 2) << SHIFT;
}

/* -- Predictors ---------------------------------------------------------------- */

/* The sum of the damping's first @ticks powers, Q16.16. */
static u32 damped(u32 ticks)
{
	s64 power = FORECAST_ONE;
	u32 sum = 0;

	while (ticks--) {
		power = times(power, DAMPING);
		sum += (u32)power;
	}
	return sum;
}

static s64 predict(const struct forecast *forecast, enum forecast_by by)
{
	switch (by) {
	case FORECAST_AVERAGE:
		return forecast->average;
	case FORECAST_TREND:
		return forecast->level + times(forecast->trend, forecast->damp);
	case FORECAST_YESTERDAY:
		return yesterday(forecast);
	default:
		return forecast->last;
	}
}

static void learn(struct forecast *forecast, s64 value)
{
	s64 before = forecast->level, trend = times(forecast->trend, DAMPING);

	forecast->last = value;
	if (forecast->samples == 1) {
		forecast->average = value;
		forecast->level = value;
		return;
	}
	forecast->average = towards(forecast->average, value, AVERAGE_RATE);
	forecast->level = towards(before + trend, value, LEVEL_RATE);
	forecast->trend = bounded(towards(trend, forecast->level - before, TREND_RATE));
}

/* -- Scores --------------------------------------------------------------------- */

/* What was said a horizon ago stands where the next saying goes. */
static s64 *said_of(struct forecast *forecast)
{
	return forecast->said[forecast->samples % forecast->horizon];
}

static void score(struct forecast *forecast, s64 value)
{
	const s64 *said = said_of(forecast);
	u32 by;

	if (forecast->samples <= forecast->horizon)
		return;
	for (by = 0; by < FORECAST_NR; by++) {
		u64 wrong = distance(said[by], value);

		forecast->error[by] = forecast->scored ?
			(u64)towards((s64)forecast->error[by], (s64)wrong, ERROR_RATE) : wrong;
	}
	forecast->scored++;
}

static void choose(struct forecast *forecast)
{
	u32 by, best = forecast->best;

	if (forecast->scored < SCORES_LEAST)
		return;
	/* Back to the last value at once; away from it by more. */
	if (forecast->error[FORECAST_NAIVE] < forecast->error[best])
		best = FORECAST_NAIVE;
	for (by = 0; by < FORECAST_NR; by++) {
		if (forecast->error[by] + forecast->error[by] / BETTER_BY < forecast->error[best])
			best = by;
	}
	forecast->best = best;
}

static void say(struct forecast *forecast)
{
	s64 *said = said_of(forecast);
	u32 by;

	for (by = 0; by < FORECAST_NR; by++)
		said[by] = predict(forecast, by);
}

/* -- The series ------------------------------------------------------------------ */

/**
 * forecast_start() - of a series without a sample
 * @forecast: it
 * @horizon: how many ticks ahead, 1 to FORECAST_HORIZON_MAX
 */
void forecast_start(struct forecast *forecast, u32 horizon)
{
	*forecast = (struct forecast) { .horizon = horizon, .damp = damped(horizon) };
}

/**
 * forecast_add() - the next tick's sample
 * @forecast: the series
 * @value: at most FORECAST_VALUE_MAX is taken
 * @second_of_day: when, of the host's own day
 */
void forecast_add(struct forecast *forecast, u64 value, u32 second_of_day)
{
	s64 sample;

	if (value > FORECAST_VALUE_MAX)
		value = FORECAST_VALUE_MAX;
	sample = (s64)value << SHIFT;
	forecast->samples++;
	score(forecast, sample);
	choose(forecast);
	enter_slot(forecast, value, second_of_day);
	learn(forecast, sample);
	say(forecast);
}

/* What a predictor says of the tick a horizon from now. */
u64 forecast_by(const struct forecast *forecast, enum forecast_by by)
{
	return whole(predict(forecast, by));
}

/* The same by the one that is believed. */
u64 forecast_next(const struct forecast *forecast)
{
	return forecast_by(forecast, forecast->best);
}

/**
 * forecast_gain() - what believing is worth
 * @forecast: the series
 *
 * Return: the error of the believed predictor over that of the last value, in
 * Q16.16: 1 at most, which is where nothing is known yet as well, or the last
 * value is never wrong.  It is the MASE of Hyndman and Koehler ("Another look
 * at measures of forecast accuracy", 2006), of the recent past.
 */
u32 forecast_gain(const struct forecast *forecast)
{
	u64 naive = forecast->error[FORECAST_NAIVE];

	if (forecast->scored < SCORES_LEAST || !naive)
		return FORECAST_ONE;
	return (u32)mul_div(forecast->error[forecast->best], FORECAST_ONE, naive);
}

/**
 * forecast_ticks_to() - when it will have fallen to @floor, if it goes on so
 * @forecast: the series
 * @floor: in units of the samples
 *
 * By the trend, without its damping: it goes on for ever.
 *
 * Return: ticks; 0 where it has; FORECAST_NEVER where it does not fall.
 */
u32 forecast_ticks_to(const struct forecast *forecast, u64 floor)
{
	s64 left = forecast->last - ((s64)(floor < FORECAST_VALUE_MAX ? floor : FORECAST_VALUE_MAX) << SHIFT);
	s64 slope = times(forecast->trend, UNDAMPED);
	u64 ticks;

	if (left <= 0)
		return 0;
	if (slope >= 0)
		return FORECAST_NEVER;
	ticks = (u64)left / (u64)-slope;
	return ticks < FORECAST_NEVER ? (u32)ticks : FORECAST_NEVER;
}
