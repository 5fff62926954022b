// SPDX-License-Identifier: GPL-2.0
/* The picture of a run: well-formed, and what it draws is what was run. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libxml/parser.h>
#include <string.h>

#include "../sim/timeline.c"

#define MS	1000000ULL

static struct scenario_client clients[3] = {
	{ .name = "one" }, { .name = "two" }, { .name = "three" },
};
static const struct scenario scenario = {
	.policy = "fair", .length = 100 * MS, .nr = 3, .clients = clients,
};

/* A slice of each in turn, for 1, 2 and 3 ms; the last ends after the run. */
static xmlDoc *draw(void)
{
	static const double parts[] = { 16.7, 33.3, 50 };
	u64 now = 0, length;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	xmlDoc *doc;

	assert_non_null(out);
	timeline_begin(out, &scenario);
	for (u32 i = 0; now < scenario.length; i++, now += length) {
		length = (i % 3 + 1) * MS;
		timeline_slice(out, &scenario, i % 3, now, now + length);
	}
	timeline_end(out, &scenario, parts);
	fclose(out);
	doc = xmlReadMemory(text, (int)size, "timeline.svg", NULL, XML_PARSE_NOERROR);
	free(text);
	return doc;
}

static double number_of(xmlNode *node, const char *name)
{
	xmlChar *text = xmlGetProp(node, (const xmlChar *)name);
	double number = text ? strtod((char *)text, NULL) : NAN;

	xmlFree(text);
	return number;
}

static bool is_a(xmlNode *node, const char *name)
{
	return !strcmp((const char *)node->name, name);
}

static void test_what_ran_is_drawn(void **state)
{
	xmlDoc *doc = draw();
	double drawn[3] = { 0 }, top = NAN, whole = 0;

	(void)state;
	assert_non_null(doc);
	for (xmlNode *node = xmlDocGetRootElement(doc)->children; node; node = node->next) {
		int row;

		if (!is_a(node, "rect") || isnan(number_of(node, "x")))
			continue;
		/* The first slice is of the first row. */
		if (isnan(top))
			top = number_of(node, "y");
		row = (int)((number_of(node, "y") - top) / ROW);
		assert_in_range(row, 0, 2);
		drawn[row] += number_of(node, "width");
		whole += number_of(node, "width");
	}
	xmlFreeDoc(doc);
	assert_true(fabs(whole - WIDTH) < 1);
	assert_true(fabs(drawn[0] / whole - 0.17) < 0.001);
	assert_true(fabs(drawn[1] / whole - 0.34) < 0.001);
	assert_true(fabs(drawn[2] / whole - 0.49) < 0.011);
}

static void test_all_are_named(void **state)
{
	xmlDoc *doc = draw();
	int found = 0;

	(void)state;
	assert_non_null(doc);
	for (xmlNode *node = xmlDocGetRootElement(doc)->children; node; node = node->next) {
		xmlChar *text = is_a(node, "text") ? xmlNodeGetContent(node) : NULL;

		for (int i = 0; text && i < 3; i++)
			found += !strcmp((char *)text, clients[i].name);
		found += text && !strcmp((char *)text, "33.3 %");
		xmlFree(text);
	}
	xmlFreeDoc(doc);
	assert_int_equal(found, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_ran_is_drawn),
		cmocka_unit_test(test_all_are_named),
	};

	return cmocka_run_group_tests_name("sim_timeline", tests, NULL, NULL);
}
