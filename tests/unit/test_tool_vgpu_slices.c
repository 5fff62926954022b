// SPDX-License-Identifier: GPL-2.0
/* Slices are put together of what was seen of them, and written for viewers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/lib/msg.c"
#include "../../userspace/cmd/vgpu_slices.c"

/* Slices @from to @to, each 10 us after the one before. */
static size_t some(struct kvmshare_vgpu_switch *list, uint64_t from, uint64_t to)
{
	size_t nr = 0;

	for (; from <= to; from++, nr++)
		list[nr] = (struct kvmshare_vgpu_switch) {
			.begin_ns = from * 10000, .run_ns = 2500 + from, .budget_ns = 3000,
		};
	return nr;
}

static int merge(struct slices *slices, uint64_t from, uint64_t to)
{
	struct kvmshare_vgpu_switch list[512];

	return slices_merge(slices, list, some(list, from, to));
}

static void check_order(const struct slices *slices, uint64_t from, uint64_t to)
{
	assert_int_equal(slices->nr, to - from + 1);
	for (size_t i = 0; i < slices->nr; i++) {
		assert_int_equal(slices->list[i].begin_ns, (from + i) * 10000);
		assert_int_equal(slices->list[i].run_ns, 2500 + from + i);
	}
}

static void test_what_is_seen_twice_is_there_once(void **state)
{
	struct slices slices = { 0 };

	assert_int_equal(merge(&slices, 1, 256), 256);
	assert_int_equal(merge(&slices, 100, 355), 99);
	assert_int_equal(merge(&slices, 100, 355), 0);
	check_order(&slices, 1, 355);
	slices_free(&slices);
}

static void test_what_comes_late_goes_to_its_place(void **state)
{
	struct slices slices = { 0 };

	assert_int_equal(merge(&slices, 10, 20), 11);
	assert_int_equal(merge(&slices, 26, 300), 275);
	assert_int_equal(merge(&slices, 5, 30), 10);
	check_order(&slices, 5, 300);
	slices_free(&slices);
}

static void test_what_nobody_saw_is_counted(void **state)
{
	struct slices slices = { 0 };

	assert_int_equal(slices_missed(&slices), 0);
	/* 1000 before: of those, nothing is missed. */
	merge(&slices, 745, 1000);
	slices_counted(&slices, 1000, 1000);
	assert_int_equal(slices_missed(&slices), 0);
	merge(&slices, 900, 1155);
	slices_counted(&slices, 1155, 1160);
	assert_int_equal(slices_missed(&slices), 0);
	/* 1156 to 1200 have gone unseen. */
	merge(&slices, 1201, 1456);
	slices_counted(&slices, 1456, 1456);
	assert_int_equal(slices_missed(&slices), 45);
	slices_free(&slices);
}

static void test_what_was_counted_late_is_not_missed(void **state)
{
	struct slices slices = { 0 };

	/* Two ended while the first look went on: they may be in it or not. */
	merge(&slices, 1, 10);
	slices_counted(&slices, 10, 12);
	assert_int_equal(slices_missed(&slices), 0);
	slices_counted(&slices, 12, 12);
	assert_int_equal(slices_missed(&slices), 0);
	slices_free(&slices);
}

static json_object *written(const struct slices *all, size_t nr, uint64_t since)
{
	char text[65536] = "";
	FILE *to = fmemopen(text, sizeof(text), "w");
	json_object *trace;

	assert_non_null(to);
	assert_int_equal(slices_write(to, all, nr, since), 0);
	fclose(to);
	trace = json_tokener_parse(text);
	assert_non_null(trace);
	return trace;
}

static json_object *event_of(json_object *trace, size_t at)
{
	return json_object_array_get_idx(json_object_object_get(trace, "traceEvents"), at);
}

static int64_t number(json_object *event, const char *key)
{
	return json_object_get_int64(json_object_object_get(event, key));
}

static const char *name_of(json_object *event)
{
	return json_object_get_string(json_object_object_get(json_object_object_get(event, "args"), "name"));
}

static void test_a_trace_is_what_viewers_read(void **state)
{
	struct slices all[3] = {
		{ .id = 4, .engine = "soft0", .comm = "render" },
		{ .id = 7, .engine = "edu0", .comm = "a\"b\\\n" },
		{ .id = 9, .engine = "soft0", .comm = "x" },
	};
	json_object *trace, *event;

	merge(&all[0], 1, 2);
	merge(&all[2], 3, 3);
	trace = written(all, 3, 0);
	assert_int_equal(json_object_array_length(json_object_object_get(trace, "traceEvents")), 9);
	assert_string_equal(name_of(event_of(trace, 0)), "soft0");
	assert_string_equal(name_of(event_of(trace, 1)), "vGPU 4: render");
	event = event_of(trace, 3);
	assert_string_equal(json_object_get_string(json_object_object_get(event, "ph")), "X");
	assert_string_equal(json_object_get_string(json_object_object_get(event, "ts")), "20.000");
	assert_string_equal(json_object_get_string(json_object_object_get(event, "dur")), "2.502");
	assert_int_equal(number(event, "pid"), 1);
	assert_int_equal(number(event, "tid"), 4);
	assert_int_equal(number(event_of(trace, 4), "pid"), 2);
	assert_string_equal(name_of(event_of(trace, 5)), "vGPU 7: a\"b\\?");
	assert_int_equal(number(event_of(trace, 8), "pid"), 1);
	assert_int_equal(number(event_of(trace, 8), "tid"), 9);
	json_object_put(trace);
	slices_free(&all[0]);
	slices_free(&all[2]);
}

static void test_what_was_over_before_is_left_out(void **state)
{
	struct slices one = { .id = 1, .engine = "soft0" };
	json_object *trace;

	merge(&one, 1, 4);
	/* The second ends at 22502 ns. */
	trace = written(&one, 1, 22502);
	assert_int_equal(json_object_array_length(json_object_object_get(trace, "traceEvents")), 4);
	json_object_put(trace);
	trace = written(&one, 1, 22501);
	assert_int_equal(json_object_array_length(json_object_object_get(trace, "traceEvents")), 5);
	json_object_put(trace);
	slices_free(&one);
}

static void test_no_vgpu_makes_an_empty_trace(void **state)
{
	json_object *trace = written(NULL, 0, 0);

	assert_int_equal(json_object_array_length(json_object_object_get(trace, "traceEvents")), 0);
	json_object_put(trace);
}

static void test_a_full_disk_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(slices_write(full, NULL, 0, 0), -EIO);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_seen_twice_is_there_once),
		cmocka_unit_test(test_what_comes_late_goes_to_its_place),
		cmocka_unit_test(test_what_nobody_saw_is_counted),
		cmocka_unit_test(test_what_was_counted_late_is_not_missed),
		cmocka_unit_test(test_a_trace_is_what_viewers_read),
		cmocka_unit_test(test_what_was_over_before_is_left_out),
		cmocka_unit_test(test_no_vgpu_makes_an_empty_trace),
		cmocka_unit_test(test_a_full_disk_is_told),
	};

	return cmocka_run_group_tests_name("tool_vgpu_slices", tests, NULL, NULL);
}
