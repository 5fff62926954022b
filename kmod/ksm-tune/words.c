// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>

#include "words.h"

static const char *const modes[] = {
	[MERGE_AUTO]	= "auto",
	[MERGE_ALWAYS]	= "on",
	[MERGE_NEVER]	= "off",
};

static const char *const reasons[] = {
	[MERGE_NEW]	= "not looked at yet",
	[MERGE_ASKED]	= "asked for",
	[MERGE_PINNED]	= "a device has its memory, which cannot merge then",
	[MERGE_TENANTS]	= "memory of another tenant is mergeable",
	[MERGE_TRIAL]	= "on trial: ksmd has not looked at all of it twice",
	[MERGE_PAYS]	= "it pays",
	[MERGE_LOSES]	= "it takes more memory than it saves",
	[MERGE_POOR]	= "too little of it is alike",
	[MERGE_SPLITS]	= "it costs huge pages that are worth more",
	[MERGE_LOOP]	= "what it splits is put together again, and again",
	[MERGE_RESTS]	= "it did not pay, and is tried again later",
	[MERGE_WAITS]	= "it did not pay, and is tried again when there is new memory beside it",
};

static const char *const rates[] = {
	[RATE_NOTHING]	= "no memory is mergeable",
	[RATE_USELESS]	= "it finds too little",
	[RATE_STEADY]	= "steady",
	[RATE_STARTED]	= "there is new memory",
	[RATE_PRESSURE]	= "memory is going to be short",
};

static const char *const predictors[] = {
	[FORECAST_NAIVE]     = "what it was last",
	[FORECAST_AVERAGE]   = "its average",
	[FORECAST_TREND]     = "its trend",
	[FORECAST_YESTERDAY] = "this time of yesterday",
};

static const char *const pools[] = {
	[POOL_FITS]  = "it is as large as needed",
	[POOL_GROWS] = "it grows",
	[POOL_SHORT] = "it would grow, but others need the memory",
	[POOL_IDLE]  = "it was too large for a while, and shrinks",
	[POOL_WAITS] = "it is larger than needed, but not for long yet",
};

static const char *const owners[] = {
	[KNOB_UNTOUCHED] = "untouched",
	[KNOB_OURS]	 = "ours",
	[KNOB_THEIRS]	 = "theirs",
};

const char *mem_mode_word(enum merge_mode mode)
{
	return modes[mode];
}

int mem_mode_of(const char *word)
{
	return match_string(modes, ARRAY_SIZE(modes), word);
}

const char *mem_merge_words(enum merge_reason reason)
{
	return reasons[reason];
}

const char *mem_rate_words(enum rate_reason reason)
{
	return rates[reason];
}

const char *mem_forecast_words(enum forecast_by by)
{
	return predictors[by];
}

const char *mem_pool_words(enum pool_reason reason)
{
	return pools[reason];
}

const char *mem_knob_word(enum knob_state state)
{
	return owners[state];
}
