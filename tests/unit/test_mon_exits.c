// SPDX-License-Identifier: GPL-2.0
/* Exits: the reasons of each vendor, histograms, and sums over vCPUs and VMs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../userspace/monitor/sum.c"
#include "random.h"

/* -- Reasons ------------------------------------------------------------------ */

static void test_reasons_of_each_vendor_have_their_own_slots(void **state)
{
	bool seen[REASON_SLOTS];

	(void)state;
	for (uint32_t isa = REASON_VMX; isa <= REASON_SVM; isa++) {
		memset(seen, 0, sizeof(seen));
		for (uint32_t reason = 0; reason < 0x10000; reason++) {
			uint32_t slot = reason_slot(isa, reason);

			if (slot == REASON_OTHER)
				continue;
			assert_true(slot < REASON_SLOTS);
			assert_false(seen[slot]);
			seen[slot] = true;
		}
	}
}

static void test_reasons_that_there_are(void **state)
{
	(void)state;
	assert_int_equal(reason_slot(REASON_VMX, 0), 0);
	assert_int_equal(reason_slot(REASON_VMX, 85), 85);
	assert_int_equal(reason_slot(REASON_SVM, 0x7b), 0x7b);
	/* NPF, and the last that folds down. */
	assert_int_equal(reason_slot(REASON_SVM, 0x400), 0x100);
	assert_int_equal(reason_slot(REASON_SVM, 0x403), 0x103);
}

static void test_what_there_is_not_is_other(void **state)
{
	(void)state;
	assert_int_equal(reason_slot(REASON_VMX, 0x80000021), REASON_OTHER);
	assert_int_equal(reason_slot(REASON_SVM, 0xffffffff), REASON_OTHER);
	assert_int_equal(reason_slot(REASON_SVM, 0x100), REASON_OTHER);
	assert_int_equal(reason_slot(REASON_SVM, 0x420), REASON_OTHER);
	assert_int_equal(reason_slot(0, 1), REASON_OTHER);
	assert_int_equal(reason_slot(3, 1), REASON_OTHER);
}

/* -- Histograms --------------------------------------------------------------- */

static void test_each_time_is_in_its_slot(void **state)
{
	(void)state;
	random_seed();
	assert_int_equal(histogram_slot(0), 0);
	assert_int_equal(histogram_slot(255), 0);
	assert_int_equal(histogram_slot(256), 1);
	assert_int_equal(histogram_slot(~0ULL), HISTOGRAM_SLOTS - 1);
	for (int i = 0; i < 1000000; i++) {
		uint64_t ns = random_next() >> random_below(64);
		uint32_t slot = histogram_slot(ns);

		assert_true(slot < HISTOGRAM_SLOTS);
		assert_true(slot == HISTOGRAM_SLOTS - 1 || ns < histogram_end(slot));
		assert_true(!slot || ns >= histogram_end(slot - 1));
	}
}

static struct exits_place place;

static void takes(uint64_t ns, uint32_t times)
{
	place.count += times;
	place.ns += ns * times;
	place.histogram[histogram_slot(ns)] += times;
	if (ns > place.max_ns)
		place.max_ns = ns;
	if (!place.min_ns || ns < place.min_ns)
		place.min_ns = ns;
}

static void test_percentiles(void **state)
{
	(void)state;
	memset(&place, 0, sizeof(place));
	assert_int_equal(sum_percentile(&place, 99), 0);
	takes(300, 99);
	takes(100000, 1);
	assert_int_equal(sum_percentile(&place, 50), 512);
	assert_int_equal(sum_percentile(&place, 99), 512);
	assert_int_equal(sum_percentile(&place, 100), 100000);
	takes(1ULL << 40, 300);
	assert_int_equal(sum_percentile(&place, 50), 1ULL << 40);
}

/* -- Sums --------------------------------------------------------------------- */

static struct exits_vcpu vcpus[4];
static struct exits_reasons reasons;

static void start(void)
{
	memset(vcpus, 0, sizeof(vcpus));
	memset(&reasons, 0, sizeof(reasons));
	reasons.of[0] = (struct exits_reason){ REASON_SVM, 0x78 };
	reasons.of[1] = (struct exits_reason){ REASON_SVM, 0x400 };
	/* Two CPUs met it at the same time. */
	reasons.of[2] = (struct exits_reason){ REASON_SVM, 0x78 };
	for (int i = 0; i < 4; i++) {
		vcpus[i].tgid = 100 + (uint32_t)i / 2;
		vcpus[i].vcpu_id = i % 2;
	}
}

static void put(int vcpu, int nr, uint64_t ns)
{
	memset(&place, 0, sizeof(place));
	takes(ns, 10);
	vcpus[vcpu].places[nr] = place;
}

static void test_sums_by_vm(void **state)
{
	struct sums sums;

	(void)state;
	start();
	put(0, 0, 1000);
	put(1, 2, 3000);
	put(1, 1, 5000);
	put(3, 1, 7000);
	assert_int_equal(sum_up(vcpus, 4, &reasons, false, &sums), 0);
	assert_int_equal(sums.nr, 3);
	assert_int_equal(sums.rows[0].tgid, 100);
	assert_int_equal(sums.rows[0].reason.reason, 0x400);
	assert_int_equal(sums.rows[1].reason.reason, 0x78);
	assert_int_equal(sums.rows[1].exits.count, 20);
	assert_int_equal(sums.rows[1].exits.ns, 40000);
	assert_int_equal(sums.rows[1].exits.min_ns, 1000);
	assert_int_equal(sums.rows[1].exits.max_ns, 3000);
	assert_int_equal(sums.rows[2].tgid, 101);
	sums_free(&sums);
}

static void test_sums_by_vcpu(void **state)
{
	struct sums sums;

	(void)state;
	start();
	put(0, 0, 1000);
	put(1, 0, 3000);
	assert_int_equal(sum_up(vcpus, 4, &reasons, true, &sums), 0);
	assert_int_equal(sums.nr, 2);
	assert_int_equal(sums.rows[0].vcpu, 0);
	assert_int_equal(sums.rows[1].vcpu, 1);
	sums_free(&sums);
}

/* An exit that is under way has no time yet, and is no shorter than any. */
static void test_what_is_under_way_counts(void **state)
{
	struct sums sums;

	(void)state;
	start();
	put(0, 0, 1000);
	vcpus[1].places[0].count = 1;
	assert_int_equal(sum_up(vcpus, 2, &reasons, false, &sums), 0);
	assert_int_equal(sums.rows[0].exits.count, 11);
	assert_int_equal(sums.rows[0].exits.min_ns, 1000);
	sums_free(&sums);
	assert_int_equal(sum_up(vcpus, 0, &reasons, false, &sums), 0);
	assert_int_equal(sums.nr, 0);
	sums_free(&sums);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons_of_each_vendor_have_their_own_slots),
		cmocka_unit_test(test_reasons_that_there_are),
		cmocka_unit_test(test_what_there_is_not_is_other),
		cmocka_unit_test(test_each_time_is_in_its_slot),
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_sums_by_vm),
		cmocka_unit_test(test_sums_by_vcpu),
		cmocka_unit_test(test_what_is_under_way_counts),
	};

	return cmocka_run_group_tests_name("mon_exits", tests, NULL, NULL);
}
