// SPDX-License-Identifier: GPL-2.0
/*
 * /etc/kvmshare in a directory of the test's own: what is written is read back,
 * what is broken is named and left alone, and a PF is known again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>

#include "../../userspace/lib/bdf.c"
#include "../../userspace/lib/conf.c"
#include "../../userspace/lib/conf_entry.c"
#include "../../userspace/lib/conf_file.c"
#include "../../userspace/lib/fs.c"
#include "../../userspace/lib/identity.c"
#include "../../userspace/lib/lock.c"
#include "../../userspace/lib/msg.c"
#include "../../userspace/lib/out.c"
#include "../../userspace/lib/parse.c"

static char dir[] = "/tmp/kvmshare-conf-XXXXXX";
static struct conf_pfs pfs;
static struct conf_quotas quotas;
static struct conf_quarantines aside;
static char error[CONF_ERROR_LEN];

static int make_dir(void **state)
{
	(void)state;
	conf_setup(dir);
	return !mkdtemp(dir);
}

static int remove_dir(void **state)
{
	static const char *const names[] = {
		"pfs.json", "quotas.json", "quarantines.json", ".conf.lock"
	};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	/* Fails where a temporary file was left. */
	return rmdir(dir);
}

static void put_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void assert_file(const char *name, const char *text)
{
	char path[64], got[4096] = "";
	int len;

	snprintf(path, sizeof(path), "/%s", name);
	len = fs_read_all(dir, path, got, sizeof(got) - 1);
	assert_true(len >= 0);
	assert_string_equal(got, text);
}

static const struct identity card = {
	.bdf = KVMSHARE_BDF(0, 1, 0),
	.vendor = 0x8086, .device = 0x10c9, .subvendor = 0x1af4, .subdevice = 0x1100,
	.serial = 0x525400ffff123456,
};

static void test_what_is_not_there_is_empty(void **state)
{
	(void)state;
	assert_int_equal(conf_load_pfs(&pfs, error), 0);
	assert_int_equal(pfs.nr, 0);
	assert_int_equal(conf_load_quotas(&quotas, error), 0);
	assert_int_equal(quotas.nr, 0);
	assert_int_equal(conf_load_quarantines(&aside, error), 0);
	assert_int_equal(aside.nr, 0);
}

static void test_pfs_are_read_as_written(void **state)
{
	const struct conf_pf pf = {
		.id = card, .driver = "vfio-pci", .reset_cleans = true, .limit = 7, .vfs = 4,
	};
	struct conf_pf *found;

	(void)state;
	pfs.nr = 2;
	pfs.list[0] = pf;
	pfs.list[1] = pf;
	pfs.list[1].id.serial = 0;
	pfs.list[1].id.bdf = KVMSHARE_BDF(2, 3, 0x81);
	pfs.list[1].reset_cleans = false;
	assert_int_equal(conf_save_pfs(&pfs, error), 0);
	memset(&pfs, 0xff, sizeof(pfs));
	assert_int_equal(conf_load_pfs(&pfs, error), 0);
	assert_int_equal(pfs.nr, 2);
	assert_memory_equal(&pfs.list[0].id, &card, sizeof(card));
	assert_string_equal(pfs.list[0].driver, "vfio-pci");
	assert_true(pfs.list[0].reset_cleans);
	assert_int_equal(pfs.list[0].limit, 7);
	assert_int_equal(pfs.list[0].vfs, 4);
	found = conf_find_pf(&pfs, &card);
	assert_ptr_equal(found, &pfs.list[0]);
	assert_int_equal(pfs.list[1].id.bdf, KVMSHARE_BDF(2, 3, 0x81));
	assert_false(pfs.list[1].reset_cleans);
}

static void test_quotas_are_read_as_written(void **state)
{
	(void)state;
	quotas.nr = 3;
	quotas.list[0] = (struct conf_quota){ .tenant = "blue \"team\"", .max = 4 };
	quotas.list[1] = (struct conf_quota){ .uid = 1000, .max = 0 };
	quotas.list[2] = (struct conf_quota){ .uid = 0, .max = UINT32_MAX };
	assert_int_equal(conf_save_quotas(&quotas, error), 0);
	memset(&quotas, 0, sizeof(quotas));
	assert_int_equal(conf_load_quotas(&quotas, error), 0);
	assert_int_equal(quotas.nr, 3);
	assert_int_equal(conf_find_quota(&quotas, "blue \"team\"", 0)->max, 4);
	assert_int_equal(conf_find_quota(&quotas, "", 1000)->max, 0);
	assert_int_equal(conf_find_quota(&quotas, "", 0)->max, UINT32_MAX);
	assert_null(conf_find_quota(&quotas, "", 1));
	assert_null(conf_find_quota(&quotas, "blue", 0));
}

static void test_quarantines_are_read_as_written(void **state)
{
	struct identity moved = card;

	(void)state;
	aside.nr = 1;
	aside.list[0] = (struct conf_quarantine){ .pf = card, .index = 3, .reason = "it did not reset" };
	assert_int_equal(conf_save_quarantines(&aside, error), 0);
	memset(&aside, 0, sizeof(aside));
	assert_int_equal(conf_load_quarantines(&aside, error), 0);
	assert_string_equal(conf_find_quarantine(&aside, &card, 3)->reason, "it did not reset");
	assert_null(conf_find_quarantine(&aside, &card, 2));
	moved.bdf = KVMSHARE_BDF(0, 9, 0);
	assert_non_null(conf_find_quarantine(&aside, &moved, 3));
	moved.serial++;
	assert_null(conf_find_quarantine(&aside, &moved, 3));
}

#define ID "\"pf\":\"0000:01:00.0\",\"vendor\":\"8086\",\"device\":\"10c9\",\"subsystem\":\"1af4:1100\""
#define REST ",\"driver\":\"vfio-pci\",\"cleaning\":\"service\",\"limit\":7,\"vfs\":4"
#define PFS(entry) "{\"version\":1,\"pfs\":[" entry "]}"

static void test_broken_files_are_named_and_left_alone(void **state)
{
	static const char *const bad[][2] = {
		{ "", "pfs.json" },
		{ "{", "pfs.json" },
		{ "[]", "object" },
		{ "{\"version\":2,\"pfs\":[]}", "version" },
		{ "{\"pfs\":[]}", "version" },
		{ "{\"version\":1}", "keys" },
		{ "{\"version\":1,\"pfs\":[],\"more\":1}", "keys" },
		{ "{\"version\":1,\"pfs\":{}}", "list" },
		{ "{\"version\":1,\"pfs\":[]} x", "pfs.json" },
		{ "{\"version\":1,\"pfs\":[],}", "pfs.json" },
		{ PFS("{}"), "entry 1" },
		{ PFS("7"), "entry 1" },
		{ PFS("{" ID REST "},{" ID "}"), "entry 2" },
		{ PFS("{" ID REST ",\"color\":1}"), "color" },
		{ PFS("{\"pf\":\"0000:01:00.0\",\"vendor\":\"86\",\"device\":\"10c9\",\"subsystem\":\"1af4:1100\"" REST "}"), "vendor" },
		{ PFS("{" ID REST ",\"serial\":\"12\"}"), "serial" },
		{ PFS("{" ID REST ",\"serial\":\"0000000000000000\"}"), "serial" },
		{ PFS("{" ID ",\"driver\":\"\",\"cleaning\":\"reset\",\"limit\":7,\"vfs\":4}"), "driver" },
		{ PFS("{" ID ",\"driver\":\"x\",\"cleaning\":\"soap\",\"limit\":7,\"vfs\":4}"), "cleaning" },
		{ PFS("{" ID ",\"driver\":\"x\",\"cleaning\":\"reset\",\"limit\":3,\"vfs\":4}"), "limit" },
		{ PFS("{" ID ",\"driver\":\"x\",\"cleaning\":\"reset\",\"limit\":-1,\"vfs\":0}"), "limit" },
		{ PFS("{" ID ",\"driver\":\"x\",\"cleaning\":\"reset\",\"limit\":\"7\",\"vfs\":0}"), "limit" },
		{ PFS("{" ID ",\"driver\":\"x\",\"cleaning\":\"reset\",\"limit\":70000,\"vfs\":0}"), "limit" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_file("pfs.json", bad[i][0]);
		*error = '\0';
		if (conf_load_pfs(&pfs, error) != -EBADMSG)
			fail_msg("taken: %s", bad[i][0]);
		if (!strstr(error, bad[i][1]) || !strstr(error, dir))
			fail_msg("%s: '%s' does not speak of '%s'", bad[i][0], error, bad[i][1]);
		assert_file("pfs.json", bad[i][0]);
	}
}

static void test_a_good_file_by_hand_is_taken(void **state)
{
	(void)state;
	put_file("pfs.json", " \n" PFS("{" ID REST ",\"serial\":\"525400ffff123456\"}") "\n\n");
	assert_int_equal(conf_load_pfs(&pfs, error), 0);
	assert_int_equal(pfs.nr, 1);
	assert_memory_equal(&pfs.list[0].id, &card, sizeof(card));
	put_file("pfs.json", PFS("{" ID ",\"driver\":\"x\",\"cleaning\":\"reset\",\"limit\":4,\"vfs\":4}"));
	assert_int_equal(conf_load_pfs(&pfs, error), 0);
	assert_int_equal(pfs.list[0].vfs, 4);
}

static void test_a_list_is_no_longer_than_its_room(void **state)
{
	static char text[64 + CONF_MAX * 32];

	(void)state;
	for (int nr = CONF_MAX; nr <= CONF_MAX + 1; nr++) {
		int len = sprintf(text, "{\"version\":1,\"quotas\":[");

		for (int i = 0; i < nr; i++)
			len += sprintf(text + len, "%s{\"uid\":%d,\"max\":1}", i ? "," : "", i);
		strcpy(text + len, "]}");
		put_file("quotas.json", text);
		assert_int_equal(conf_load_quotas(&quotas, error), nr > CONF_MAX ? -EBADMSG : 0);
	}
	assert_non_null(strstr(error, "too long"));
}

static void test_a_quota_has_one_owner(void **state)
{
	(void)state;
	put_file("quotas.json", "{\"version\":1,\"quotas\":[{\"tenant\":\"a\",\"uid\":1,\"max\":1}]}");
	assert_int_equal(conf_load_quotas(&quotas, error), -EBADMSG);
	put_file("quotas.json", "{\"version\":1,\"quotas\":[{\"max\":1}]}");
	assert_int_equal(conf_load_quotas(&quotas, error), -EBADMSG);
	put_file("quotas.json", "{\"version\":1,\"quotas\":[{\"uid\":4294967295,\"max\":1}]}");
	assert_int_equal(conf_load_quotas(&quotas, error), -EBADMSG);
}

static void test_a_write_that_fails_leaves_the_old_file(void **state)
{
	char before[128], path[128], temporary[128];

	(void)state;
	put_file("pfs.json", PFS(""));
	snprintf(path, sizeof(path), "%s/pfs.json", dir);
	snprintf(temporary, sizeof(temporary), "%s/.pfs.json.new", dir);
	/* What stands in the temporary file's way is not written through. */
	snprintf(before, sizeof(before), "%s/quotas.json", dir);
	put_file("quotas.json", "kept");
	assert_int_equal(symlink(before, temporary), 0);
	pfs.nr = 0;
	assert_true(conf_save_pfs(&pfs, error) < 0);
	assert_non_null(strstr(error, "pfs.json"));
	assert_file("pfs.json", PFS(""));
	assert_file("quotas.json", "kept");
	unlink(temporary);
	/* Nor is one left behind where it was written, but has no place to go. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(conf_save_pfs(&pfs, error), -EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_int_not_equal(access(temporary, F_OK), 0);
}

static void test_a_lock_keeps_others_out(void **state)
{
	int lock, other;

	(void)state;
	lock = conf_lock();
	assert_true(lock >= 0);
	assert_int_equal(lock_take("conf", NULL), -EWOULDBLOCK);
	other = lock_take("another", NULL);
	assert_true(other >= 0);
	lock_drop(other);
	conf_unlock(lock);
	other = lock_take("conf", NULL);
	assert_true(other >= 0);
	lock_drop(other);
	unlink(conf_file_path(".another.lock"));
}

/* Whoever can open what is locked could hold up all of kvmshare. */
static void test_a_lock_is_nothing_that_others_can_open(void **state)
{
	int lock = conf_lock();
	int all = open(dir, O_RDONLY | O_DIRECTORY);
	struct stat status;

	(void)state;
	assert_true(lock >= 0);
	assert_int_equal(fstat(lock, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	conf_unlock(lock);
	assert_int_equal(flock(all, LOCK_EX | LOCK_NB), 0);
	lock = lock_take("conf", NULL);
	assert_true(lock >= 0);
	conf_unlock(lock);
	close(all);
}

/* A job that hangs must not keep a lock that its parent has let go. */
static void test_a_child_does_not_keep_a_lock(void **state)
{
	int lock = conf_lock();
	pid_t child = fork();

	(void)state;
	if (!child) {
		pause();
		_exit(0);
	}
	conf_unlock(lock);
	lock = lock_take("conf", NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_true(lock >= 0);
	conf_unlock(lock);
}

/* -- Identity --------------------------------------------------------------- */

static void test_a_pf_without_a_serial_is_known_by_its_address(void **state)
{
	struct identity kept = card, now = card;

	(void)state;
	kept.serial = 0;
	assert_true(identity_same(&kept, &now));
	now.bdf = KVMSHARE_BDF(0, 2, 0);
	assert_false(identity_same(&kept, &now));
	now = card;
	now.subdevice++;
	assert_false(identity_same(&kept, &now));
	now = card;
	now.vendor++;
	assert_false(identity_same(&kept, &now));
}

static void test_functions_of_a_card_are_told_apart(void **state)
{
	struct identity now = card;

	(void)state;
	now.bdf = KVMSHARE_BDF(0, 5, 0);
	assert_true(identity_same(&card, &now));
	now.bdf = KVMSHARE_BDF(0, 5, 1);
	assert_false(identity_same(&card, &now));
	now.bdf = KVMSHARE_BDF(0, 5, 8);
	assert_false(identity_same(&card, &now));
	now = card;
	now.serial = 0;
	assert_false(identity_same(&card, &now));
}

/* As makers of cheap cards have it. */
static void test_of_two_cards_with_one_number_the_nearer_is_found(void **state)
{
	struct identity twin = card, third = card;

	(void)state;
	twin.bdf = KVMSHARE_BDF(0, 5, 0);
	third.bdf = KVMSHARE_BDF(0, 6, 0);
	pfs.nr = 2;
	pfs.list[0] = (struct conf_pf){ .id = card };
	pfs.list[1] = (struct conf_pf){ .id = twin };
	assert_ptr_equal(conf_find_pf(&pfs, &card), &pfs.list[0]);
	assert_ptr_equal(conf_find_pf(&pfs, &twin), &pfs.list[1]);
	assert_ptr_equal(conf_find_pf(&pfs, &third), &pfs.list[0]);
	aside.nr = 2;
	aside.list[0] = (struct conf_quarantine){ .pf = card, .index = 1 };
	aside.list[1] = (struct conf_quarantine){ .pf = twin, .index = 1 };
	assert_ptr_equal(conf_find_quarantine(&aside, &card, 1), &aside.list[0]);
	assert_ptr_equal(conf_find_quarantine(&aside, &twin, 1), &aside.list[1]);
	assert_null(conf_find_quarantine(&aside, &twin, 0));
}

static void put_le32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void test_serial_numbers_are_found(void **state)
{
	uint8_t config[4096] = { 0 };

	(void)state;
	assert_true(identity_serial(config, sizeof(config)) == 0);
	put_le32(config + 0x100, 0x14010001);	/* AER, next at 0x140 */
	put_le32(config + 0x140, 0x00010003);
	put_le32(config + 0x144, 0xff123456);
	put_le32(config + 0x148, 0x525400ff);
	assert_true(identity_serial(config, sizeof(config)) == 0x525400ffff123456);
	/* Cut off before it, or in the middle of it. */
	assert_true(identity_serial(config, 64) == 0);
	assert_true(identity_serial(config, 0x146) == 0);
	assert_true(identity_serial(config, 0x14b) == 0);
	assert_true(identity_serial(config, 0x14c) == 0x525400ffff123456);
	put_le32(config + 0x144, 0xffffffff);
	put_le32(config + 0x148, 0xffffffff);
	assert_true(identity_serial(config, sizeof(config)) == 0);
}

static void test_a_list_of_capabilities_may_loop(void **state)
{
	uint8_t config[4096] = { 0 };

	(void)state;
	put_le32(config + 0x100, 0x14010001);
	put_le32(config + 0x140, 0x10010001);
	assert_true(identity_serial(config, sizeof(config)) == 0);
	put_le32(config + 0x140, 0xfff10001);	/* past the end */
	assert_true(identity_serial(config, sizeof(config)) == 0);
	memset(config, 0xff, sizeof(config));
	assert_true(identity_serial(config, sizeof(config)) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_there_is_empty),
		cmocka_unit_test(test_pfs_are_read_as_written),
		cmocka_unit_test(test_quotas_are_read_as_written),
		cmocka_unit_test(test_quarantines_are_read_as_written),
		cmocka_unit_test(test_broken_files_are_named_and_left_alone),
		cmocka_unit_test(test_a_good_file_by_hand_is_taken),
		cmocka_unit_test(test_a_list_is_no_longer_than_its_room),
		cmocka_unit_test(test_a_quota_has_one_owner),
		cmocka_unit_test(test_a_write_that_fails_leaves_the_old_file),
		cmocka_unit_test(test_a_lock_keeps_others_out),
		cmocka_unit_test(test_a_lock_is_nothing_that_others_can_open),
		cmocka_unit_test(test_a_child_does_not_keep_a_lock),
		cmocka_unit_test(test_a_pf_without_a_serial_is_known_by_its_address),
		cmocka_unit_test(test_functions_of_a_card_are_told_apart),
		cmocka_unit_test(test_of_two_cards_with_one_number_the_nearer_is_found),
		cmocka_unit_test(test_serial_numbers_are_found),
		cmocka_unit_test(test_a_list_of_capabilities_may_loop),
	};

	return cmocka_run_group_tests_name("tool_conf", tests, make_dir, remove_dir);
}
