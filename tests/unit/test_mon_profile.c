// SPDX-License-Identifier: GPL-2.0
/* Profiles as text: what is read is what is written, what is wrong is said with its line; and what was seen becomes one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../userspace/lib/parse.c"
#include "../../userspace/monitor/guard_rule.c"
#include "../../userspace/monitor/learn.c"
#include "../../userspace/monitor/profile.c"
#include "random.h"

static struct profile profile;
static struct profile_error error;

static int parse(const char *text)
{
	return profile_parse(text, strlen(text), &profile, &error);
}

static char *text_of(const struct profile *of)
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	profile_print(of, file);
	fclose(file);
	return text;
}

static const struct profile_path *path_at(const char *path)
{
	for (size_t i = 0; i < profile.nr_paths; i++)
		if (!strcmp(profile.paths[i].path, path))
			return &profile.paths[i];
	return NULL;
}

/* -- Reading ------------------------------------------------------------------- */

static void test_what_there_is(void **state)
{
	(void)state;
	assert_int_equal(parse("# for QEMU\n"
			       "profile qemu-1.x\n"
			       "program /usr/bin/qemu-system-x86_64\n"
			       "  program\t/opt/with space/qemu  \n\n"
			       "rule wx observe\n"
			       "rule exec kill\n"
			       "allow read /usr/share/qemu/\n"
			       "allow write /var/lib/images/a.img\n"
			       "allow write /tmp/vl.*\n"
			       "allow nothing /usr/share/qemu/secret\n"
			       "allow exec /usr/bin/swtpm\n"
			       "allow device 10:200\n"
			       "allow connect 5900\n"
			       "allow bind 5900-5910"), 0);
	assert_string_equal(profile.name, "qemu-1.x");
	assert_int_equal(profile.nr_programs, 2);
	assert_string_equal(profile.programs[1].path, "/opt/with space/qemu");
	assert_int_equal(profile.actions[GUARD_WX], GUARD_OBSERVE);
	assert_int_equal(profile.actions[GUARD_EXEC], GUARD_KILL);
	/* What is not said is denied; who lists files means no others. */
	assert_int_equal(profile.actions[GUARD_MOUNT], GUARD_DENY);
	assert_int_equal(profile.actions[GUARD_OPEN], GUARD_DENY);
	assert_int_equal(profile.actions[GUARD_BEGUN], GUARD_OBSERVE);
	assert_true(path_at("/usr/share/qemu/")->begins);
	assert_int_equal(path_at("/usr/share/qemu/")->may, GUARD_MAY_READ);
	assert_false(path_at("/var/lib/images/a.img")->begins);
	assert_int_equal(path_at("/var/lib/images/a.img")->may, GUARD_MAY_READ | GUARD_MAY_WRITE);
	assert_true(path_at("/tmp/vl.")->begins);
	assert_int_equal(path_at("/usr/share/qemu/secret")->may, 0);
	assert_int_equal(path_at("/usr/bin/swtpm")->may, GUARD_MAY_EXEC);
	assert_int_equal(profile.nr_numbers, 3);
	assert_int_equal(profile.numbers[0].first, guard_device(10, 200, false));
	assert_int_equal(profile.numbers[2].last, 5910);
	assert_int_equal(profile_lists(&profile), 1U << GUARD_OPEN | 1U << GUARD_EXEC | 1U << GUARD_DEVICE |
			 1U << GUARD_CONNECT | 1U << GUARD_BIND);
	profile_free(&profile);
}

static void test_files_are_free_where_none_is_listed(void **state)
{
	(void)state;
	assert_int_equal(parse("profile a\nallow exec /bin/x\n"), 0);
	assert_int_equal(profile.actions[GUARD_OPEN], GUARD_IGNORE);
	assert_int_equal(profile_lists(&profile), 1U << GUARD_EXEC);
	profile_free(&profile);
}

static void test_what_is_said_twice(void **state)
{
	(void)state;
	assert_int_equal(parse("profile a\nallow read /x\nallow exec /x\nallow read /x*\n"
			       "allow bind 5-9\nallow bind 6\n"), 0);
	assert_int_equal(profile.nr_paths, 2);
	assert_int_equal(path_at("/x")->may, GUARD_MAY_READ | GUARD_MAY_EXEC);
	assert_int_equal(profile.nr_numbers, 1);
	profile_free(&profile);
}

static void test_what_is_wrong_is_said_with_its_line(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
	} wrong[] = {
		{ "", 0 },
		{ "\n# nothing\n", 0 },
		{ "profile\n", 1 },
		{ "profile a b\n", 1 },
		{ "profile a/b\n", 1 },
		{ "profile .a\n", 1 },
		{ "profile a234567890123456789012345678901x\n", 1 },
		{ "profile a\nprofile b\n", 2 },
		{ "profile a\nprogram qemu\n", 2 },
		{ "profile a\nprogram /bin/*\n", 2 },
		{ "profile a\nprogram\n", 2 },
		{ "profile a\n\nrule\n", 3 },
		{ "profile a\nrule nosuch deny\n", 2 },
		{ "profile a\nrule exec denied\n", 2 },
		{ "profile a\nrule exec deny now\n", 2 },
		{ "profile a\nallow\n", 2 },
		{ "profile a\nallow mount /x\n", 2 },
		{ "profile a\nallow read x\n", 2 },
		{ "profile a\nallow read /a*b\n", 2 },
		{ "profile a\nallow read /a//b\n", 2 },
		{ "profile a\nallow read /a/../b\n", 2 },
		{ "profile a\nallow read /a\\b\n", 2 },
		{ "profile a\nallow read /a\\x00b\n", 2 },
		{ "profile a\nallow read /a\\xg0\n", 2 },
		{ "profile a\nallow read /a\\x1\n", 2 },
		{ "profile a\nallow read /\xc3\xa4\n", 2 },
		{ "profile a\nallow bind 65536\n", 2 },
		{ "profile a\nallow bind 9-5\n", 2 },
		{ "profile a\nallow bind 1-2000\n", 2 },
		{ "profile a\nallow bind x\n", 2 },
		{ "profile a\nallow bind 1 2\n", 2 },
		{ "profile a\nallow bind -\n", 2 },
		{ "profile a\nallow device 10\n", 2 },
		{ "profile a\nallow device 5000:1\n", 2 },
		{ "profile a\nallow device :1\n", 2 },
		{ "profile a\nallow device d1:1\n", 2 },
		{ "profile a\nallow nothing /x\n", 0 },
		{ "profile a\nplease\n", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(parse(wrong[i].text), -EINVAL);
		assert_non_null(error.reason);
		assert_int_equal(error.line, wrong[i].line);
		assert_int_equal(profile.nr_paths + profile.nr_programs + profile.nr_numbers, 0);
	}
	assert_int_equal(profile_parse("profile a\0b", 11, &profile, &error), -EINVAL);
}

static void test_a_path_has_its_room(void **state)
{
	char text[400] = "profile a\nallow read /";
	size_t begin = strlen(text) - 1;

	(void)state;
	memset(text + begin + 1, 'x', GUARD_PATH_LEN - 2);
	assert_int_equal(parse(text), 0);
	assert_int_equal(strlen(profile.paths[0].path), GUARD_PATH_LEN - 1);
	profile_free(&profile);
	text[begin + GUARD_PATH_LEN - 1] = 'x';
	assert_int_equal(parse(text), -EINVAL);
}

/* -- Writing ------------------------------------------------------------------- */

/* Whatever a name has in it. */
static void test_what_is_written_is_read(void **state)
{
	(void)state;
	random_seed();
	for (int i = 0; i < 2000; i++) {
		struct profile one;
		char *text, *again;

		profile_begin(&one, "x", (enum guard_action)random_below(GUARD_ACTIONS));
		for (int n = (int)random_below(5); n; n--) {
			char path[GUARD_PATH_LEN] = "/";

			for (size_t at = 1, end = random_below(20); at < end; at++)
				path[at] = (char)(random_below(255) + 1);
			if (strstr(path, "//") || strstr(path, "/./") || strstr(path, "/../"))
				continue;
			/* What ends in a slash begins others: there is no other file of that name. */
			profile_allow_path(&one, path, path[strlen(path) - 1] == '/' || random_below(2),
					   (__u32[]){ 1, 3, 4, 7, 5 }[random_below(5)]);
		}
		if (random_below(2))
			profile_allow_number(&one, GUARD_DEVICE, guard_device(1, 2, true), guard_device(1, 2, true));
		if (random_below(2))
			profile_allow_number(&one, GUARD_BIND, 5, 5 + random_below(3));
		text = text_of(&one);
		profile_free(&one);
		assert_int_equal(profile_parse(text, strlen(text), &one, &error), 0);
		if (profile_lists(&one) & 1U << GUARD_OPEN && strstr(text, "rule open ignore")) {
			/* That is no more what it was. */
			assert_int_equal(one.actions[GUARD_OPEN], GUARD_DENY);
			one.actions[GUARD_OPEN] = GUARD_IGNORE;
		}
		again = text_of(&one);
		assert_string_equal(text, again);
		profile_free(&one);
		free(text);
		free(again);
	}
}

static void test_any_bytes_are_read_or_refused(void **state)
{
	static const char *const words[] = {
		"profile ", "program ", "rule ", "allow ", "read ", "exec ", "deny", "bind ", "device ", "/", "*", "\n",
		"\\x", "41", "x", "-", ":", " ", "\t", "5", "\xff", "#",
	};

	(void)state;
	random_seed();
	for (int i = 0; i < 20000; i++) {
		char text[200] = "profile a\n";

		while (strlen(text) < sizeof(text) - 12 && random_below(12))
			strcat(text, words[random_below(sizeof(words) / sizeof(words[0]))]);
		if (!parse(text))
			profile_free(&profile);
		else
			assert_non_null(error.reason);
	}
}

/* -- Learning ------------------------------------------------------------------ */

static void see(struct learned *learned, __u32 rule, __u64 number, __u64 other, const char *text)
{
	struct guard_event event = { .rule = rule, .numbers = { number, other } };

	snprintf(event.text, sizeof(event.text), "%s", text);
	assert_int_equal(learn_event(learned, &event), 0);
}

static void test_what_was_seen_becomes_a_profile(void **state)
{
	struct learned learned;
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	(void)state;
	assert_int_equal(learn_begin(&learned, "vm7"), 0);
	see(&learned, GUARD_OPEN, GUARD_MAY_READ, 0, "/etc/passwd");
	see(&learned, GUARD_OPEN, GUARD_MAY_WRITE, 0, "/var/x y");
	see(&learned, GUARD_OPEN, GUARD_MAY_READ, 0, "/proc/self/task/77/comm");
	see(&learned, GUARD_OPEN, GUARD_MAY_READ, 0, "/proc/self/task/78/comm");
	see(&learned, GUARD_OPEN, GUARD_MAY_READ, 0, "no path");
	/* Below it is everything. */
	see(&learned, GUARD_OPEN, GUARD_MAY_READ, 0, "/");
	see(&learned, GUARD_EXEC, 5, 0, "/bin/sh");
	see(&learned, GUARD_BIND, 2, 5900, "");
	see(&learned, GUARD_DEVICE, 10, 200, "tun");
	see(&learned, GUARD_PERF, 0, 0, "");
	see(&learned, GUARD_PERF, 0, 0, "");
	see(&learned, GUARD_RULES + 5, 0, 0, "/x");
	learn_print(&learned, file);
	fclose(file);
	learn_end(&learned);
	assert_non_null(strstr(text, "# perf: it was seen 2 times, and is denied here"));
	assert_null(strstr(text, "# open"));
	assert_int_equal(profile_parse(text, strlen(text), &profile, &error), 0);
	free(text);
	assert_string_equal(profile.name, "vm7");
	assert_int_equal(profile.actions[GUARD_OPEN], GUARD_DENY);
	assert_int_equal(profile.actions[GUARD_PERF], GUARD_DENY);
	assert_int_equal(profile.nr_paths, 10);
	assert_int_equal(path_at("/proc/meminfo")->may, GUARD_MAY_READ);
	assert_int_equal(path_at("/etc/passwd")->may, GUARD_MAY_READ);
	assert_non_null(path_at("/var/x y"));
	assert_true(path_at("/proc/self/task/")->begins);
	assert_int_equal(path_at("/bin/sh")->may, GUARD_MAY_EXEC);
	assert_int_equal(profile.nr_numbers, 2);
	profile_free(&profile);
}

/* No name is cut: one that is too long is listed by its beginning. */
static void test_a_path_that_is_too_long(void **state)
{
	struct learned learned;
	char path[GUARD_TEXT_LEN];

	(void)state;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(learn_begin(&learned, "x"), 0);
	see(&learned, GUARD_OPEN, GUARD_MAY_READ, 0, path);
	assert_true(learned.profile.paths[learned.profile.nr_paths - 1].begins);
	learn_end(&learned);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_there_is),
		cmocka_unit_test(test_files_are_free_where_none_is_listed),
		cmocka_unit_test(test_what_is_said_twice),
		cmocka_unit_test(test_what_is_wrong_is_said_with_its_line),
		cmocka_unit_test(test_a_path_has_its_room),
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_any_bytes_are_read_or_refused),
		cmocka_unit_test(test_what_was_seen_becomes_a_profile),
		cmocka_unit_test(test_a_path_that_is_too_long),
	};

	return cmocka_run_group_tests_name("mon_profile", tests, NULL, NULL);
}
