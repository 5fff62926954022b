/* SPDX-License-Identifier: GPL-2.0 */
/* What enums are called in files and traces. */
#ifndef _KVMSHARE_MEM_WORDS_H
#define _KVMSHARE_MEM_WORDS_H

#include "forecast.h"
#include "knob.h"
#include "merge.h"
#include "pool.h"
#include "rate.h"

const char *mem_mode_word(enum merge_mode mode);
/* -1: no such word. */
int mem_mode_of(const char *word);
const char *mem_merge_words(enum merge_reason reason);
const char *mem_rate_words(enum rate_reason reason);
const char *mem_forecast_words(enum forecast_by by);
const char *mem_pool_words(enum pool_reason reason);
const char *mem_knob_word(enum knob_state state);

#endif /* _KVMSHARE_MEM_WORDS_H */
